import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { ManualClock } from '../../support/memory/clock';
import { failure, MemoryDynamoDB } from '../../support/memory/dynamodb';

/** Creates a log, with the number of items of each request. @param errors thrown by the first requests */
function setUp(...errors: Error[]) {
  const dynamo = new MemoryDynamoDB({ tables: ['log'] });
  const clock = new ManualClock();
  const requests: [operation: string, items: number][] = [];
  const caller: OperationCaller = {
    call: async <Answer>(operation: string, input: object) => {
      requests.push([operation, (input as { TransactItems?: unknown[] }).TransactItems?.length ?? 1]);
      const error = errors.shift();
      if (error) {
        throw error;
      }
      return dynamo.call<Answer>(operation, input);
    },
  };
  const log = new DynamoMessageLog({
    table: new Table(caller, 'log', clock),
    retentionSeconds: 3600,
    clock,
    newId: () => 'epoch',
  });
  const draft = (id: number) => ({
    topic: 'topic',
    id: `m${id}`,
    data: id,
    publishedAt: '2026-01-01T00:00:00.000Z',
    subject: '',
  });
  return {
    log,
    requests,
    appendAll: (count: number) => Array.from({ length: count }, (_, id) => log.append(draft(id))),
  };
}

it('appends that arrive while the head is read are in one transaction', async () => {
  const { requests, appendAll } = setUp();
  const messages = await Promise.all(appendAll(16));
  expect(messages.map((message) => message !== 'conflict' && message.sequence)).toEqual(
    Array.from({ length: 16 }, (_, index) => index + 1),
  );
  expect(requests).toEqual([
    ['GetItem', 1],
    ['TransactWriteItems', 33],
  ]);
});

it('a head that cannot be read for a moment is read again', async () => {
  const { requests, appendAll } = setUp(failure('ThrottlingException', 'Rate exceeded'));
  expect(await Promise.all(appendAll(2))).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
  expect(requests.map(([operation]) => operation)).toEqual(['GetItem', 'GetItem', 'TransactWriteItems']);
});

it('each append fails if the head cannot be read because of a permanent error', async () => {
  const denied = () => failure('AccessDeniedException', 'Not authorized');
  const { appendAll } = setUp(denied(), denied(), denied());
  const results = await Promise.allSettled(appendAll(2));
  expect(results).toMatchObject([
    { status: 'rejected', reason: { name: 'AccessDeniedException' } },
    { status: 'rejected', reason: { name: 'AccessDeniedException' } },
  ]);
});
