import childProcess from 'node:child_process';
import { once } from 'node:events';
import { cleanUp, poolOf } from '../../functions/function-of';

// Every test starts at least one process.
jest.setTimeout(30_000);

afterEach(async () => {
  jest.restoreAllMocks();
  await cleanUp();
});

/** Returns its process id after `ms` milliseconds. */
const PROCESS = 'exports.handler = ({ ms = 0 }) => new Promise((done) => setTimeout(() => done(process.pid), ms))';

async function processesOf(invocations: Promise<unknown>[]): Promise<number[]> {
  return ((await Promise.all(invocations)) as { payload: number }[]).map(({ payload }) => payload);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('the pool reuses a warm environment', async () => {
  const { pool } = poolOf('let count = 0; exports.handler = async () => ++count');
  expect([await pool.invoke({}), await pool.invoke({})]).toEqual([{ payload: 1 }, { payload: 2 }]);
});

test('the pool runs one invocation at a time in each environment, and several environments at once', async () => {
  const { pool } = poolOf(PROCESS);
  const pids = await processesOf([pool.invoke({ ms: 100 }), pool.invoke({ ms: 100 })]);
  expect(new Set(pids).size).toBe(2);
});

test('the pool queues invocations if all processes of this machine are in use', async () => {
  const { pool } = poolOf(PROCESS, {}, { processes: 1 });
  const pids = await processesOf([pool.invoke({}), pool.invoke({}), pool.invoke({})]);
  expect(new Set(pids).size).toBe(1);
});

test('the pool throttles invocations that exceed the reserved concurrency', async () => {
  const { pool, lines } = poolOf(PROCESS, { reservedConcurrency: 1 });
  const running = pool.invoke({});
  expect(await pool.invoke({})).toMatchObject({
    error: 'Throttled',
    payload: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
  });
  expect(lines).toEqual([
    expect.objectContaining({ level: 'warn', text: expect.stringContaining('concurrency is 1') }),
  ]);
  expect(await running).toEqual({ payload: expect.any(Number) });
  expect(await pool.invoke({})).toEqual({ payload: expect.any(Number) });
});

test('the reserved concurrency includes invocations that wait for a process of this machine', async () => {
  const { pool } = poolOf(PROCESS, { reservedConcurrency: 2 }, { processes: 1 });
  const admitted = [pool.invoke({}), pool.invoke({})];
  expect(await pool.invoke({})).toMatchObject({ error: 'Throttled' });
  expect(await Promise.all(admitted)).toEqual([{ payload: expect.any(Number) }, { payload: expect.any(Number) }]);
});

test('the pool ends an environment that has been idle for a long time', async () => {
  const { pool } = poolOf(PROCESS, {}, { warmFor: 1 });
  const [first = 0] = await processesOf([pool.invoke({})]);
  while (isRunning(first)) {
    await new Promise(setImmediate);
  }
  expect(await processesOf([pool.invoke({})])).not.toEqual([first]);
});

test('the pool kills a process whose invocation exceeds the timeout, and starts another', async () => {
  const { pool, lines } = poolOf(PROCESS, { timeoutSeconds: 1 });
  const [first = 0] = await processesOf([pool.invoke({})]);
  const outcome = await pool.invoke({ ms: 10_000 });
  expect(outcome).toMatchObject({
    error: 'TimedOut',
    payload: { errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/) },
  });
  expect(isRunning(first)).toBe(false);
  expect(lines.map(({ text }) => text)).toEqual([expect.stringContaining('Task timed out')]);
  expect(await pool.invoke({})).toEqual({ payload: expect.any(Number) });
});

test('the pool kills a handler that never yields', async () => {
  const { pool } = poolOf('exports.handler = () => { for (;;); }', { timeoutSeconds: 0.2 });
  expect(await pool.invoke({})).toMatchObject({ error: 'TimedOut' });
});

test.each([
  ['its heap', 'const all = []; exports.handler = async () => { for (;;) all.push(new Array(10_000).fill({})); }'],
  ['its buffers', 'exports.handler = async () => { globalThis.all = Buffer.alloc(2e8, 1); }'],
  [
    'its buffers while it waits',
    'exports.handler = () => { globalThis.all = Buffer.alloc(2e8, 1); return new Promise((done) => setTimeout(done, 1e6)) }',
  ],
])('the pool ends a function that exceeds its memory with %s, and starts another process', async (_, code) => {
  const { pool } = poolOf(code, { memoryMiB: 128, timeoutSeconds: 20 });
  const outcome = { error: 'OutOfMemory', payload: { errorType: 'Runtime.OutOfMemory' } };
  expect(await pool.invoke({})).toMatchObject(outcome);
  expect(await pool.invoke({})).toMatchObject(outcome);
});

test.each([
  ['exits', 'process.exit(3)', 'Runtime.ExitError', /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/],
  ['exits without a reason', 'process.exit(0)', 'Runtime.ExitError', /Runtime exited without providing a reason$/],
  ['kills itself', 'process.kill(process.pid, "SIGTERM")', 'Runtime.ExitError', /signal: SIGTERM$/],
  ['throws outside the promise', 'setTimeout(() => { throw new RangeError("late") })', 'RangeError', /^late$/],
  [
    'has an unhandled rejection',
    'Promise.reject(new Error("late"))',
    'Runtime.UnhandledPromiseRejection',
    /^Error: late$/,
  ],
])('the pool replaces a process that %s', async (_, statement, errorType, errorMessage) => {
  const { pool } = poolOf(
    `exports.handler = ({ die }) => die ? new Promise((done) => { ${statement}; setTimeout(done, 1e6) }) : process.pid`,
  );
  const [first = 0] = await processesOf([pool.invoke({})]);
  const outcome = await pool.invoke({ die: true });
  expect(outcome).toMatchObject({
    error: 'Unhandled',
    payload: { errorType, errorMessage: expect.stringMatching(errorMessage) },
  });
  expect(await processesOf([pool.invoke({})])).not.toEqual([first]);
});

test('the pool replaces a process that ended while idle', async () => {
  const { pool } = poolOf(PROCESS);
  const [first = 0] = await processesOf([pool.invoke({})]);
  process.kill(first, 'SIGKILL');
  while (isRunning(first)) {
    await new Promise(setImmediate);
  }
  expect(await processesOf([pool.invoke({})])).not.toEqual([first]);
});

test('the output of a handler is logged with its level and its request id', async () => {
  const { pool, lines } = poolOf(`exports.handler = async (event, { awsRequestId }) => {
    console.log('one %s', 'two', { three: 3 });
    console.error('lines\\nof one event');
    console.warn('careful');
    process.stdout.write('{"a":1}\\n{"b":');
    process.stdout.write('2}');
    process.stderr.write('a warning of Node\\n');
    return awsRequestId;
  }`);
  const { payload: requestId } = (await pool.invoke({})) as { payload: string };
  expect(lines).toEqual(
    [
      { level: 'info', text: 'one two { three: 3 }' },
      { level: 'error', text: 'lines\nof one event' },
      { level: 'warn', text: 'careful' },
      { level: 'info', text: '{"a":1}' },
      { level: 'warn', text: 'a warning of Node' },
      { level: 'info', text: '{"b":2}' },
    ].map((line) => ({ ...line, process: 'events', of: 'Function', requestId })),
  );
});

test('the error of a handler is logged in one line with its location', async () => {
  const { pool, lines } = poolOf('exports.handler = async () => {\n  throw new Error("boom\\nsecret")\n}');
  await pool.invoke({});
  expect(lines.map(({ text }) => text)).toEqual([expect.stringMatching(/^Error: boom, at .*index\.js:2:9\)?$/)]);
});

test('the pool rejects an event of more than 6 MB', async () => {
  const { pool } = poolOf(PROCESS);
  expect(await pool.invoke('x'.repeat(6 * 1024 * 1024))).toMatchObject({
    payload: { errorType: 'RequestEntityTooLargeException' },
  });
});

test('the pool rejects a return value of more than 6 MB', async () => {
  const { pool } = poolOf('exports.handler = async () => "x".repeat(6 * 1024 * 1024 + 200)');
  expect(await pool.invoke({})).toMatchObject({ payload: { errorType: 'Function.ResponseSizeTooLarge' } });
});

test('the pool accepts an event and a return value of 6 MB', async () => {
  const { pool } = poolOf('exports.handler = async (event) => event');
  const event = 'x'.repeat(6 * 1024 * 1024 - 2);
  expect(await pool.invoke(event)).toEqual({ payload: event });
});

test('the pool hides its IPC channel from the function', async () => {
  const { pool } = poolOf('exports.handler = async () => [typeof process.send, process.env.NODE_CHANNEL_FD]');
  expect(await pool.invoke({})).toEqual({ payload: ['undefined', null] });
});

test('the pool is drained when the last invocation has ended', async () => {
  const { pool } = poolOf(PROCESS);
  const ended: string[] = [];
  void pool.invoke({ ms: 50 }).then(() => ended.push('invocation'));
  await pool.drained();
  ended.push('drained');
  expect(ended).toEqual(['invocation', 'drained']);
});

test('the pool leaves no process running after it is closed', async () => {
  const { pool } = poolOf(PROCESS);
  const pids = await processesOf([pool.invoke({ ms: 50 }), pool.invoke({ ms: 50 })]);
  const running = pool.invoke({ ms: 10_000 });
  await pool.close();
  expect(await running).toMatchObject({ error: 'Unhandled' });
  expect(await pool.invoke({})).toMatchObject({ error: 'Unhandled' });
  expect(pids.filter(isRunning)).toEqual([]);
});

// While anything holds the output of the function's process, that process does not count as ended.
test('the pool kills the child processes of a function when it is closed', async () => {
  const { pool } = poolOf(`const { spawn } = require('node:child_process');
    exports.handler = async () => spawn('sleep', ['1000'], { stdio: 'inherit' }).pid`);
  expect(await pool.invoke({})).toEqual({ payload: expect.any(Number) });
  await pool.close();
});

test('a warm invocation needs one message to its process and one back, and no wait', async () => {
  const fork = jest.spyOn(childProcess, 'fork');
  const { pool } = poolOf('exports.handler = async () => 1');
  await pool.invoke({});
  const child = fork.mock.results[0]?.value as childProcess.ChildProcess;
  const send = jest.spyOn(child, 'send');
  for (let count = 1; count <= 100; count += 1) {
    const answered = once(child, 'message');
    const invocation = pool.invoke({ body: 'x'.repeat(1000) });
    await new Promise(setImmediate);
    expect({ processes: fork.mock.calls.length, sent: send.mock.calls.length }).toEqual({ processes: 1, sent: count });
    await answered;
    expect(await Promise.race([invocation, new Promise(setImmediate)])).toEqual({ payload: 1 });
  }
});
