import { type Failure, startAws } from '../../../tools/local';
import { JsonClient } from '../../../lambda/aws/json-client';
import { ManualClock } from '../memory/clock';

/** The local runner's DynamoDB in this process, on loopback and in memory. */
export interface EmbeddedDynamoDB {
  /** `http://127.0.0.1:{port}` */
  endpoint: string;
  /** Waits no time between its attempts. */
  client: JsonClient;
  /** Performs a transaction that ends when `meanwhile` is done. */
  during(transaction: object, meanwhile: () => Promise<void>): Promise<void>;
  /** Interrupts the next transactions, in order. */
  interrupt(...interruptions: Interruption[]): void;
  close(): Promise<void>;
}

/** An error response to a transaction, and whether the transaction is performed anyway. */
interface Interruption {
  answer: Failure;
  done: boolean;
}

const PLACE = { stack: 'App', region: 'us-east-1', accountId: '000000000000' };

/** @param names names of the tables, each with the keys pk and sk */
export async function embeddedDynamoDB(...names: string[]): Promise<EmbeddedDynamoDB> {
  const interruptions: Interruption[] = [];
  const held: { begun: () => void; end: Promise<void> }[] = [];
  const aws = await startAws({
    blueprint: { accountId: PLACE.accountId, tables: names.map(table), queues: [], userPools: [] },
    port: 0,
    authorizer: { authorize: async (_role, action, resource) => ({ allowed: true, action, resource }) },
    log: () => undefined,
    // Items do not expire while tests run, as on AWS, where expiration can take days.
    sweepMs: 3_600_000,
    // No duration except in `during`: with the clocks of tests, retries after conflicts would take no time either.
    async transactionDuration() {
      const transaction = held.shift();
      transaction?.begun();
      await transaction?.end;
    },
    partitionLimits: { read: Number.POSITIVE_INFINITY, write: Number.POSITIVE_INFINITY },
    async intercept(operation, answer) {
      const interruption = operation === 'TransactWriteItems' ? interruptions.shift() : undefined;
      if (!interruption) {
        return answer();
      }
      if (interruption.done) {
        await answer();
      }
      throw interruption.answer;
    },
  });
  const client = new JsonClient({
    service: 'dynamodb',
    target: 'DynamoDB_20120810',
    timeout: 2000,
    endpoint: new URL(aws.endpoint),
    region: PLACE.region,
    credentials: () => ({ accessKeyId: 'embedded', secretAccessKey: 'embedded' }),
    clock: new ManualClock(),
  });
  return {
    endpoint: aws.endpoint,
    client,
    async during(transaction, meanwhile) {
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const begun = new Promise<void>((resolve) => held.push({ begun: resolve, end: ended }));
      const outcome = client.call('TransactWriteItems', transaction);
      await Promise.race([begun, outcome]);
      await meanwhile().finally(end);
      await outcome;
    },
    interrupt: (...more) => interruptions.push(...more),
    close: () => aws.close(),
  };
}

function table(name: string) {
  return {
    ...PLACE,
    logicalId: name,
    name,
    arn: `arn:aws:dynamodb:${PLACE.region}:${PLACE.accountId}:table/${name}`,
    definition: {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
  };
}
