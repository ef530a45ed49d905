import { batches } from '../realtime/batching';
import type { Delivery, DeliveryQueue, Rejected } from '../realtime/ports';
import type { CredentialProvider } from '../aws/credentials';
import { JsonClient, type OperationCaller } from '../aws/json-client';
import { isTransient, ServiceException } from '../aws/service-exception';
import { sqsText } from './sqs-text';

/** Limits of SendMessageBatch: 10 messages with a total of 256 KiB in all queues (1 MiB in most since 2025). */
const BATCH = { count: 10, bytes: 256 * 1024 };

/** Number of concurrent batches. A topic with a million subscribers has over 2,000, too many to send in sequence or all at once. */
const BATCHES_AT_ONCE = 16;

/** Time from a request to the end of its response, in milliseconds. */
export const SQS_TIMEOUT = 3000;

export function sqsClient(credentials?: CredentialProvider): OperationCaller {
  return new JsonClient({ service: 'sqs', target: 'AmazonSQS', timeout: SQS_TIMEOUT, credentials });
}

/** A delivery and its text in the queue. */
interface Entry {
  delivery: Delivery;
  body: string;
}

/** Delivery queue on SQS. A delivery is the body of a message, in JSON. */
export class SqsDeliveryQueue implements DeliveryQueue {
  /** @param client calls the operations of SQS. */
  constructor(
    private readonly client: OperationCaller,
    private readonly queueUrl: string,
  ) {}

  async enqueue(deliveries: readonly Delivery[], delaySeconds = 0): Promise<Rejected> {
    const rejected: Rejected = { transient: [], permanent: [] };
    // Serialized lazily: a large topic has many deliveries, which share their messages.
    const sending = batches(entriesOf(deliveries), ({ body }) => Buffer.byteLength(body), BATCH);
    const sender = async () => {
      for (const batch of sending) {
        const { transient, permanent } = await this.send(batch, delaySeconds);
        rejected.transient.push(...transient);
        rejected.permanent.push(...permanent);
      }
    };
    await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, sender));
    return rejected;
  }

  private async send(batch: readonly Entry[], DelaySeconds: number): Promise<Rejected> {
    const deliveries = batch.map(({ delivery }) => delivery);
    const Entries = batch.map(({ body }, index) => ({ Id: String(index), MessageBody: body, DelaySeconds }));
    try {
      const { Failed = [] } = await this.client.call<{ Failed?: Failure[] }>('SendMessageBatch', {
        QueueUrl: this.queueUrl,
        Entries,
      });
      const failed = (permanent: boolean) => {
        const ids = new Set(Failed.filter((each) => isPermanent(each) === permanent).map(({ Id }) => Number(Id)));
        return deliveries.filter((_, index) => ids.has(index));
      };
      return { transient: failed(false), permanent: failed(true) };
    } catch (error) {
      if (isTransient(error)) {
        return { transient: deliveries, permanent: [] };
      }
      if (!(error instanceof ServiceException && REFUSALS.includes(error.name))) {
        throw error;
      }
      return batch.length === 1
        ? { transient: [], permanent: deliveries }
        : merged(await Promise.all(batch.map((entry) => this.send([entry], DelaySeconds))));
    }
  }
}

/** Exceptions that one entry can cause for its whole batch. */
const REFUSALS = ['InvalidMessageContents', 'InvalidParameterValueException', 'BatchRequestTooLong'];

/** A failed entry of a batch: BatchResultErrorEntry. */
interface Failure {
  Id: string;
  Code?: string;
  /** True if the error is the sender's, so that a retry fails again. */
  SenderFault?: boolean;
}

/** SQS and KMS can regard throttling as the sender's error. */
const isPermanent = ({ Code = '', SenderFault = false }: Failure): boolean => SenderFault && !/throttl/i.test(Code);

function merged(all: readonly Rejected[]): Rejected {
  return {
    transient: all.flatMap(({ transient }) => transient),
    permanent: all.flatMap(({ permanent }) => permanent),
  };
}

function* entriesOf(deliveries: readonly Delivery[]): Generator<Entry> {
  for (const delivery of deliveries) {
    yield { delivery, body: sqsText(JSON.stringify(delivery)) };
  }
}
