import { SubscriptionTable } from '../../../lambda/adapters/subscription-table';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { ManualClock } from '../../support/memory/clock';
import { cancelled, MemoryDynamoDB } from '../../support/memory/dynamodb';

type Write = { Put?: { Item: { pk: { S: string }; sk: { S: string } } } };

/** A connection table whose requests are counted. @param throttled - a partition whose writes are refused */
async function setUp(throttled?: string) {
  const clock = new ManualClock(undefined, () => 0.5);
  const memory = new MemoryDynamoDB({ tables: ['connections'], now: clock.now });
  const requests: string[] = [];
  const dynamo: OperationCaller = {
    async call<Answer>(operation: string, input: object) {
      requests.push(operation);
      const { TransactItems = [] } = input as { TransactItems?: Write[] };
      // Opening the connection is never throttled.
      const isThrottled = ({ Put }: Write) =>
        Put !== undefined && Put.Item.pk.S === throttled && !['CONNECTION', 'SESSION'].includes(Put.Item.sk.S);
      if (TransactItems.some(isThrottled)) {
        throw cancelled(TransactItems.map((write) => ({ Code: isThrottled(write) ? 'ThrottlingError' : 'None' })));
      }
      return memory.call<Answer>(operation, input);
    },
  };
  const connections = new SubscriptionTable(new Table(dynamo, 'connections', clock), clock);
  const connection = { id: 'a=', connectedAt: clock.now() };
  await connections.connect(connection);
  requests.length = 0;
  const sent = () =>
    Object.fromEntries([...new Set(requests)].map((name) => [name, requests.filter((each) => each === name).length]));
  return { clock, connections, connection, sent, requests };
}

const topics = Array.from({ length: 100 }, (_, index) => `t${index}`);

it('a connection subscribes to 100 topics that others use with one read and three transactions', async () => {
  const { connections, connection, sent, requests } = await setUp();
  const other = { ...connection, id: 'b=' };
  await connections.connect(other);
  await connections.subscribe(other, topics);
  requests.length = 0;
  await connections.subscribe(connection, topics);
  expect(sent()).toEqual({ BatchGetItem: 1, TransactWriteItems: 3 });
});

it('a topic whose shard is throttled is unavailable, and the 99 others are subscribed within 4 seconds', async () => {
  const { clock, connections, connection } = await setUp('TOPIC#t70#0');
  const start = clock.now();
  const outcomes = await connections.subscribe(connection, topics, 'id');
  expect(outcomes).toEqual(
    new Map(topics.map((topic) => [topic, topic === 't70' ? 'unavailable' : { subscription: 'id' }])),
  );
  expect(clock.now() - start).toBeLessThanOrEqual(4000);
  expect(await connections.subscribers({ topic: 't70', number: 0 })).toEqual({ connections: [] });
});

it('a connection whose transactions are all refused gets an outcome within 5 seconds', async () => {
  const { clock, connections, connection } = await setUp('CONNECTION#a=');
  const start = clock.now();
  expect(await connections.subscribe(connection, topics)).toEqual(
    new Map(topics.map((topic) => [topic, 'unavailable'])),
  );
  expect(clock.now() - start).toBeLessThanOrEqual(5000);
});
