import { InvokeCommand, InvokeAsyncCommand } from '@aws-sdk/client-lambda';
import type { FunctionBlueprint } from '../../blueprint';
import type { Outcome } from '../../functions/outcome';
import { Authorizer } from '../../identity/authorize';
import { blueprintOf } from '../functions/function-of';
import { queue, received, type RunningAws, runAws, topic, until } from './fixture';

const WORKER = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
const ROLE = 'arn:aws:iam::000000000000:role/function';

let aws: RunningAws;
afterEach(() => aws.close());

const boom: Outcome = {
  error: 'Unhandled',
  message: 'Error: boom',
  payload: { errorType: 'Error', errorMessage: 'boom', trace: [] },
};
const throttled: Outcome = { error: 'Throttled', message: '', payload: {} };

/** Starts with the function `worker`, which has these outcomes, one after the other; the last one is repeated. */
async function start(
  outcomes: (Outcome | Error)[],
  settings: Partial<FunctionBlueprint> = {},
  options: Partial<Parameters<typeof runAws>[0]> = {},
) {
  const events: unknown[] = [];
  const waits: number[] = [];
  let clock = Date.UTC(2026, 0, 1);
  aws = await runAws({
    functions: [blueprintOf('', { name: 'worker', arn: WORKER, ...settings })],
    queues: [queue('dead'), queue('done')],
    now: () => clock,
    async invoke(functionArn, event) {
      events.push([functionArn, JSON.parse(event)]);
      const outcome = outcomes[Math.min(events.length, outcomes.length) - 1];
      if (outcome instanceof Error || outcome === undefined) {
        throw outcome;
      }
      return outcome;
    },
    async wait(milliseconds) {
      waits.push(milliseconds);
      clock += milliseconds;
    },
    ...options,
  });
  return { events, waits, ...aws.clients() };
}

const DEAD = queue('dead').arn;
const DONE = queue('done').arn;

describe('an invocation that waits for its response', () => {
  test.each(['worker', WORKER, '000000000000:function:worker', 'function:worker', `${WORKER}:live`])(
    'finds the function by %s',
    async (FunctionName) => {
      const { lambda, events } = await start([{ payload: { ok: true } }]);
      const { StatusCode, Payload, ExecutedVersion, FunctionError } = await lambda.send(
        new InvokeCommand({ FunctionName, Payload: '{"a":1}' }),
      );
      expect([StatusCode, Payload?.transformToString(), ExecutedVersion, FunctionError]).toEqual([
        200,
        '{"ok":true}',
        '$LATEST',
        undefined,
      ]);
      expect(events).toEqual([[WORKER, { a: 1 }]]);
    },
  );

  test('returns the error of a function with the header that marks it', async () => {
    const { lambda } = await start([boom]);
    const { StatusCode, Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: 'worker' }));
    expect([StatusCode, FunctionError]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({ errorMessage: 'boom' });
  });

  test('returns null for a function without a result', async () => {
    const { lambda } = await start([{ payload: undefined }]);
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'worker' }));
    expect(Payload?.transformToString()).toBe('null');
  });

  test('rejects a call above the reserved concurrency', async () => {
    const { lambda } = await start([throttled]);
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'worker' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
  });

  test.each([
    [{ FunctionName: 'other' }, 'ResourceNotFoundException', 404],
    [{ FunctionName: 'worker', Payload: 'no JSON' }, 'InvalidRequestContentException', 400],
    [{ FunctionName: 'worker', Payload: `"${'x'.repeat(6 * 1024 * 1024)}"` }, 'RequestTooLargeException', 413],
    [
      { FunctionName: 'worker', InvocationType: 'Event' as const, Payload: `"${'x'.repeat(1024 * 1024)}"` },
      'RequestTooLargeException',
      413,
    ],
  ])('rejects the input number %# with AWS’s error', async (input, name, httpStatusCode) => {
    const { lambda } = await start([{ payload: 1 }]);
    await expect(lambda.send(new InvokeCommand(input))).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  test('does not run the function if the type is DryRun', async () => {
    const { lambda, events } = await start([{ payload: 1 }]);
    const { StatusCode } = await lambda.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'DryRun' }));
    expect([StatusCode, events]).toEqual([204, []]);
  });

  test('requires permission on the function, and on the alias if the call names one', async () => {
    const Statement = [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: WORKER }];
    const policies = [{ name: 'p', document: { Version: '2012-10-17', Statement } }];
    const authorizer = new Authorizer(
      [{ logicalId: 'R', name: 'R', arn: ROLE, policies, managedPolicyArns: [] }],
      'on',
    );
    await start([{ payload: 1 }], {}, { authorizer });
    const { lambda } = aws.clients(ROLE);
    await lambda.send(new InvokeCommand({ FunctionName: 'worker' }));
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'worker', Qualifier: 'live' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`lambda:InvokeFunction on resource: ${WORKER}:live`),
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe('an asynchronous invocation', () => {
  const invokeAsynchronously = (Payload = '{"a":1}') =>
    new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload });

  test('is accepted at once, and runs the function', async () => {
    const { lambda, events } = await start([{ payload: 1 }]);
    const { StatusCode, Payload } = await lambda.send(invokeAsynchronously());
    expect([StatusCode, Payload ?? '']).toEqual([202, '']);
    await until(async () => events.length === 1);
  });

  test('is accepted by the older operation, too', async () => {
    const { lambda, events } = await start([{ payload: 1 }]);
    const { Status } = await lambda.send(new InvokeAsyncCommand({ FunctionName: 'worker', InvokeArgs: '{"a":1}' }));
    expect(Status).toBe(202);
    await until(async () => events.length === 1);
    expect(events).toEqual([[WORKER, { a: 1 }]]);
  });

  test('that fails three times, with the waits of AWS, goes to the dead-letter queue', async () => {
    const { lambda, sqs, events, waits } = await start([boom], { deadLetterArn: DEAD });
    await lambda.send(invokeAsynchronously());
    const [message] = await received(sqs, 'dead', 1);
    expect([events.length, waits]).toEqual([3, [60_000, 120_000]]);
    expect(message?.Body).toBe('{"a":1}');
    expect(message?.MessageAttributes).toMatchObject({
      RequestID: { StringValue: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { StringValue: 'boom' },
    });
  });

  test('that fails sends its record to the on-failure destination', async () => {
    const asynchronous = { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60, onFailure: DEAD, onSuccess: DONE };
    const { lambda, sqs, events } = await start([boom], { asynchronous });
    await lambda.send(invokeAsynchronously());
    const [message] = await received(sqs, 'dead', 1);
    expect(events).toHaveLength(1);
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      version: '1.0',
      timestamp: '2026-01-01T00:00:00.000Z',
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: `${WORKER}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'boom', trace: [] },
    });
  });

  test('that succeeds after a retry sends its record to the on-success destination only', async () => {
    const asynchronous = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 600, onFailure: DEAD, onSuccess: DONE };
    const { lambda, sqs } = await start([boom, { payload: 'fine' }], { asynchronous });
    await lambda.send(invokeAsynchronously());
    const [message] = await received(sqs, 'done', 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'Success', approximateInvokeCount: 2 },
      responsePayload: 'fine',
    });
  });

  test('that is throttled is attempted again, which does not count as a retry, until the event is too old', async () => {
    const asynchronous = { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60, onFailure: DEAD };
    const { lambda, sqs, waits } = await start([throttled], { asynchronous });
    await lambda.send(invokeAsynchronously());
    const [message] = await received(sqs, 'dead', 1);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
    });
  });

  test('is attempted again if no process answers', async () => {
    const { lambda, events, waits } = await start([new Error('no process'), { payload: 1 }]);
    await lambda.send(invokeAsynchronously());
    await until(async () => events.length === 2);
    expect(waits).toEqual([1000]);
  });

  test('without a destination ends with a line in the log', async () => {
    const { lambda } = await start([boom]);
    await lambda.send(invokeAsynchronously());
    await until(async () => aws.logged.some(({ text }) => /worker: the event is discarded/.test(text)));
  });

  test('sends nothing to a destination that the role of the function does not allow', async () => {
    const authorizer = new Authorizer(
      [{ logicalId: 'R', name: 'R', arn: ROLE, policies: [], managedPolicyArns: [] }],
      'on',
    );
    const { lambda } = await start([boom], { deadLetterArn: DEAD }, { authorizer });
    await lambda.send(invokeAsynchronously());
    await until(async () => aws.logged.length > 0);
    expect(aws.logged[0]?.text).toContain(`function is not allowed to call sqs:SendMessage on ${DEAD}`);
  });

  test('sends its record to a function, which receives it as its event', async () => {
    const onFailure = 'arn:aws:lambda:us-east-1:000000000000:function:other:live';
    const asynchronous = { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60, onFailure };
    const worker = blueprintOf('', { name: 'worker', arn: WORKER, asynchronous });
    const other = blueprintOf('', { name: 'other', arn: onFailure.replace(':live', '') });
    const { lambda, events } = await start([boom, { payload: 1 }], {}, { functions: [worker, other] });
    await lambda.send(invokeAsynchronously());
    await until(async () => events.length === 2);
    expect(events[1]).toEqual([other.arn, expect.objectContaining({ requestPayload: { a: 1 } })]);
  });

  test('sends its record through a topic to a queue', async () => {
    const subscription = {
      ...{ logicalId: 'S', arn: 'arn:aws:sns:us-east-1:000000000000:failures:1', protocol: 'sqs' as const },
      ...{ endpoint: DEAD, raw: true, filterPolicyScope: 'MessageAttributes' as const },
    };
    const failures = topic('failures', { subscriptions: [subscription] });
    const asynchronous = { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60, onFailure: failures.arn };
    const { lambda, sqs } = await start([boom], { asynchronous }, { topics: [failures] });
    await lambda.send(invokeAsynchronously());
    const [message] = await received(sqs, 'dead', 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ requestPayload: { a: 1 } });
  });

  test('uses the settings of a function after a reload', async () => {
    const { lambda, sqs, events } = await start([boom]);
    const asynchronous = { maximumRetryAttempts: 1, maximumEventAgeSeconds: 600, onFailure: DEAD };
    aws.reload([blueprintOf('', { name: 'worker', arn: WORKER, asynchronous })]);
    await lambda.send(invokeAsynchronously());
    await received(sqs, 'dead', 1);
    expect(events).toHaveLength(2);
  });
});
