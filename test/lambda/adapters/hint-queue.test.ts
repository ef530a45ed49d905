import { FUNCTION_WAIT, HintQueue, hintingFromEnvironment } from '../../../lambda/adapters/hint-queue';
import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { type LoopbackServer, serveOnLoopback } from '../../support/embedded/http';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

const HINT = { topic: 'acme/room:1', epoch: 'e', first: 1, last: 2 };
const URL_OF_QUEUE = 'https://queue.example.com/hints';

/** Creates a hint queue whose requests end when the test says so. */
function setUp(waitFor: number) {
  const clock = new ManualClock();
  const requests: { operation: string; input: object; resolve: () => void; reject: (error: Error) => void }[] = [];
  const errors: unknown[] = [];
  const client: OperationCaller = {
    call: <Answer>(operation: string, input: object) =>
      new Promise<Answer>((resolve, reject) =>
        requests.push({ operation, input, resolve: () => resolve({} as Answer), reject }),
      ),
  };
  const hints = new HintQueue({
    client,
    queueUrl: URL_OF_QUEUE,
    waitFor,
    clock,
    failed: (error) => void errors.push(error),
  });
  return { clock, requests, errors, hints };
}

const ticks = () => new Promise(setImmediate);

it('a hint is one message with the topic, the epoch and the sequences, and no data', async () => {
  const { hints, requests } = setUp(0);
  await hints.send(HINT);
  expect(requests).toMatchObject([
    { operation: 'SendMessage', input: { QueueUrl: URL_OF_QUEUE, MessageBody: JSON.stringify(HINT) } },
  ]);
});

it('a container does not wait for a hint to be sent', async () => {
  const { hints, clock, requests } = setUp(0);
  await hints.send(HINT);
  expect(requests).toHaveLength(1);
  expect(clock.waits).toEqual([]);
});

it('a function waits until its hint was sent', async () => {
  const { requests } = setUp(0);
  const hints = new HintQueue({
    client: { call: () => new Promise<never>((resolve) => requests.push({ resolve } as never)) },
    queueUrl: URL_OF_QUEUE,
    waitFor: FUNCTION_WAIT,
    clock: { wait: () => new Promise(() => undefined) },
    failed: () => undefined,
  });
  const done = jest.fn();
  const sending = hints.send(HINT).then(done);
  await ticks();
  expect(done).not.toHaveBeenCalled();
  requests[0]?.resolve();
  await sending;
});

it('a function waits at most 100 ms for a queue that does not respond', async () => {
  const { hints, clock, errors } = setUp(FUNCTION_WAIT);
  const start = clock.now();
  await hints.send(HINT);
  expect(clock.now() - start).toBe(100);
  expect(errors).toEqual([]);
});

it.each([
  ['container', 0],
  ['function', FUNCTION_WAIT],
])('a hint of a %s that cannot be sent is reported once, and never throws', async (_, waitFor) => {
  const { hints, requests, errors } = setUp(waitFor);
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const sending = [hints.send(HINT), hints.send(HINT)];
  requests.forEach(({ reject }, index) => reject(new RangeError(`broken ${index}`)));
  await Promise.all(sending);
  await ticks();
  process.off('unhandledRejection', unhandled);
  expect(errors).toEqual([new RangeError('broken 0'), new RangeError('broken 1')]);
  expect(unhandled).not.toHaveBeenCalled();
});

it('at most 100 hints are being sent, further ones are dropped without a wait, and later ones are sent again', async () => {
  const { hints, requests, clock } = setUp(0);
  for (let count = 0; count < 150; count += 1) {
    await hints.send(HINT);
  }
  expect(requests).toHaveLength(100);
  requests[0]?.resolve();
  requests[1]?.reject(new RangeError('broken'));
  await ticks();
  await Promise.all([hints.send(HINT), hints.send(HINT), hints.send(HINT)]);
  expect(requests).toHaveLength(102);
  expect(clock.waits).toEqual([]);
});

it('an append succeeds at once if its hint fails, or if the queue does not respond', async () => {
  const { hints, requests, errors, clock } = setUp(0);
  const table = new Table(new MemoryDynamoDB({ tables: ['log'] }), 'log', clock);
  const log = new DynamoMessageLog({
    table,
    retentionSeconds: 3600,
    clock,
    newId: () => 'e',
    hinting: { hints, after: 600 },
  });
  const draft = (id: string) => ({ topic: 'a', id, data: id, publishedAt: 'now', subject: '' });
  expect(await log.append(draft('a'))).toMatchObject({ sequence: 1 });
  clock.advance(601);
  expect(await log.append(draft('b'))).toMatchObject({ sequence: 2 });
  requests[1]?.reject(new RangeError('broken'));
  await ticks();
  expect([requests.length, errors.length]).toEqual([2, 1]);
});

describe('with the environment variables of a deployment', () => {
  const environment = process.env;
  const servers: LoopbackServer[] = [];

  afterEach(async () => {
    process.env = environment;
    await Promise.all(servers.splice(0).map((each) => each.close()));
  });

  /** Serves a queue that answers with a status. @returns the first request that arrives */
  async function queue(status: number): Promise<Promise<{ target: unknown; body: string }>[]> {
    let arrived: (request: { target: unknown; body: string }) => void = () => undefined;
    const first = new Promise<{ target: unknown; body: string }>((resolve) => {
      arrived = resolve;
    });
    const server = await serveOnLoopback(async (request, response) => {
      let body = '';
      for await (const chunk of request) {
        body += String(chunk);
      }
      arrived({ target: request.headers['x-amz-target'], body });
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ MessageId: 'm', __type: 'com.amazonaws.sqs#AccessDenied' }));
    });
    servers.push(server);
    process.env = {
      ...environment,
      AWS_ENDPOINT_URL_SQS: server.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'embedded',
      AWS_SECRET_ACCESS_KEY: 'embedded',
      HINT_QUEUE_URL: `${server.endpoint}/hints`,
      HINT_AFTER_MILLISECONDS: '1600',
    };
    // In a list, because a function that returned the promise itself would wait for it.
    return [first];
  }

  it('hints are sent to the queue after the pause of the deployment', async () => {
    const [arrived] = await queue(200);
    const hinting = hintingFromEnvironment({ waitFor: 0, failed: () => undefined });
    expect(hinting?.after).toBe(1600);
    await hinting?.hints.send(HINT);
    const { target, body = '' } = (await arrived) ?? {};
    expect(target).toBe('AmazonSQS.SendMessage');
    expect(JSON.parse(JSON.parse(body).MessageBody)).toEqual(HINT);
  });

  it('a queue that refuses a hint is reported', async () => {
    await queue(403);
    const error = new Promise((resolve) => {
      void hintingFromEnvironment({ waitFor: 0, failed: resolve })?.hints.send(HINT);
    });
    expect(await error).toMatchObject({ name: 'AccessDenied' });
  });

  it('no hints are sent without a queue, and a missing variable is an error', () => {
    process.env = { ...environment, HINT_QUEUE_URL: 'none' };
    expect(hintingFromEnvironment({ waitFor: 0, failed: () => undefined })).toBeUndefined();
    process.env = { ...environment, HINT_QUEUE_URL: '' };
    expect(() => hintingFromEnvironment({ waitFor: 0, failed: () => undefined })).toThrow('HINT_QUEUE_URL');
  });
});
