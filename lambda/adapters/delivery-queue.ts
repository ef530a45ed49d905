import { batches } from '../realtime/batching';
import type { Delivery, DeliveryQueue } from '../realtime/ports';
import { JsonClient, type OperationCaller } from '../aws/json-client';
import { isTransient } from '../aws/service-exception';

/** Limits of SendMessageBatch: 10 messages with a total of 256 KiB in all queues (1 MiB in most since 2025). */
const BATCH = { count: 10, bytes: 256 * 1024 };

/** Number of concurrent batches. A topic with a million subscribers has over 2,000, too many to send in sequence or all at once. */
const BATCHES_AT_ONCE = 16;

/** Time from a request to the end of its response, in milliseconds. */
export const SQS_TIMEOUT = 3000;

export function sqsClient(): OperationCaller {
  return new JsonClient({ service: 'sqs', target: 'AmazonSQS', timeout: SQS_TIMEOUT });
}

/** Delivery queue on SQS. A delivery is the body of a message, in JSON. */
export class SqsDeliveryQueue implements DeliveryQueue {
  /** @param client calls the operations of SQS. */
  constructor(
    private readonly client: OperationCaller,
    private readonly queueUrl: string,
  ) {}

  async enqueue(deliveries: readonly Delivery[], delaySeconds = 0): Promise<Delivery[]> {
    const refused: Delivery[] = [];
    // Serialized lazily: a large topic has many deliveries, which share their messages.
    const sending = batches(bodiesOf(deliveries), ({ body }) => Buffer.byteLength(body), BATCH);
    const sender = async () => {
      for (const batch of sending) {
        const failed = await this.send(
          batch.map(({ body }) => body),
          delaySeconds,
        );
        refused.push(...batch.filter((_, index) => failed.has(index)).map(({ delivery }) => delivery));
      }
    };
    await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, sender));
    return refused;
  }

  /** @returns the indexes of the bodies that were not accepted. */
  private async send(bodies: string[], DelaySeconds: number): Promise<Set<number>> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody, DelaySeconds }));
    try {
      const { Failed = [] } = await this.client.call<{ Failed?: { Id: string }[] }>('SendMessageBatch', {
        QueueUrl: this.queueUrl,
        Entries,
      });
      return new Set(Failed.map(({ Id }) => Number(Id)));
    } catch (error) {
      if (isTransient(error)) {
        return new Set(bodies.keys());
      }
      throw error;
    }
  }
}

function* bodiesOf(deliveries: readonly Delivery[]): Generator<{ delivery: Delivery; body: string }> {
  for (const delivery of deliveries) {
    yield { delivery, body: JSON.stringify(delivery) };
  }
}
