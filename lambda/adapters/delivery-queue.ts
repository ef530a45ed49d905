import { batches } from '../realtime/batching';
import type { Delivery, DeliveryQueue } from '../realtime/ports';
import { JsonClient } from './json-client';
import { isTransient } from './service-exception';

/** What SendMessageBatch takes: 10 messages, and 256 KiB together in every queue (1 MiB in most since 2025). */
const BATCH = { count: 10, bytes: 256 * 1024 };

/** Deliveries as the bodies of SQS messages, in JSON. */
export class SqsDeliveryQueue implements DeliveryQueue {
  private readonly client = new JsonClient({ service: 'sqs', target: 'AmazonSQS', timeout: 3000 });

  constructor(private readonly queueUrl: string) {}

  async enqueue(deliveries: Delivery[]): Promise<Delivery[]> {
    const messages = deliveries.map((delivery) => ({ delivery, body: JSON.stringify(delivery) }));
    const refused: Delivery[] = [];
    for (const batch of batches(messages, ({ body }) => Buffer.byteLength(body), BATCH)) {
      const failed = await this.send(batch.map(({ body }) => body));
      refused.push(...batch.filter((_, index) => failed.has(index)).map(({ delivery }) => delivery));
    }
    return refused;
  }

  /** @returns the indexes of the bodies that were not accepted. */
  private async send(bodies: string[]): Promise<Set<number>> {
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
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
