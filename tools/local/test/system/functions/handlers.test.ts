import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, type Code, cleanUp, poolOf } from '../../functions/function-of';

afterEach(cleanUp);

const ANSWER = 'exports.handler = async (event) => ({ got: event })';
const ES_ANSWER = 'export const handler = async (event) => ({ got: event })';

test.each<[string, Code, string]>([
  ['inline code', ANSWER, 'index.handler'],
  ['index.js, CommonJS', { 'index.js': ANSWER }, 'index.handler'],
  ['index.cjs', { 'index.cjs': ANSWER }, 'index.handler'],
  ['index.mjs', { 'index.mjs': ES_ANSWER }, 'index.handler'],
  [
    'index.js of a package of type module',
    { 'index.js': ES_ANSWER, 'package.json': '{"type":"module"}' },
    'index.handler',
  ],
  ['a file in a folder', { 'src/api/file.js': ANSWER }, 'src/api/file.handler'],
  [
    'a property of an export',
    { 'index.js': 'exports.api = { get: async (event) => ({ got: event }) }' },
    'index.api.get',
  ],
  [
    'a file that requires another',
    { 'index.js': "exports.handler = require('./a').handler", 'a.js': ANSWER },
    'index.handler',
  ],
  [
    'a bundled dependency',
    { 'index.js': "exports.handler = require('a').handler", 'node_modules/a/index.js': ANSWER },
    'index.handler',
  ],
  [
    'an ES module with a bundled dependency',
    {
      'index.mjs': "export { handler } from 'a'; import 'node:fs'",
      'node_modules/a/index.mjs': ES_ANSWER,
      'node_modules/a/package.json': '{"type":"module","exports":"./index.mjs"}',
    },
    'index.handler',
  ],
])('a function runs a handler in %s', async (_, code, handler) => {
  expect(await answerOf(code, { handler }, { a: 1 })).toEqual({ payload: { got: { a: 1 } } });
});

test.each<[string, Code]>([
  ['CommonJS', "const sdk = require('@aws-sdk/client-sqs'); exports.handler = async () => typeof sdk.SQSClient"],
  [
    'an ES module',
    {
      'index.mjs':
        "import * as sdk from '@aws-sdk/client-sqs'; export const handler = async () => typeof sdk.SQSClient",
    },
  ],
])("the managed runtime's SDK can be loaded from %s", async (_, code) => {
  expect(await answerOf(code)).toEqual({ payload: 'function' });
});

test.each<[string, Code, string, string]>([
  ['is missing', { 'other.js': ANSWER }, 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
  [
    'requires a module that was not bundled',
    "require('nowhere')",
    'Runtime.ImportModuleError',
    "Error: Cannot find module 'nowhere'",
  ],
  [
    'imports a module that was not bundled',
    { 'index.mjs': "import 'nowhere'" },
    'Runtime.ImportModuleError',
    "Error: Cannot find package 'nowhere'",
  ],
  ['has no such export', 'exports.other = 1', 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
  ['exports no function', 'exports.handler = 1', 'Runtime.HandlerNotFound', 'index.handler is not a function'],
  ['has a syntax error', 'exports.handler = (', 'Runtime.UserCodeSyntaxError', 'SyntaxError: Unexpected'],
  ['throws while it loads', "throw new TypeError('no table')", 'TypeError', 'no table'],
])('a handler that %s is reported as on Lambda', async (_, code, errorType, errorMessage) => {
  expect(await answerOf(code)).toMatchObject({
    error: 'Unhandled',
    payload: { errorType, errorMessage: expect.stringContaining(errorMessage) },
  });
});

// By its path, because Node.js would find it: the project's node_modules folder is above its cdk.out.
test('a function does not find modules outside its code, although Node.js would', async () => {
  const outside = require.resolve('hono');
  const outcome = await answerOf(`exports.handler = async () => require(${JSON.stringify(outside)})`);
  expect(outcome).toMatchObject({
    error: 'Unhandled',
    payload: { errorMessage: expect.stringContaining('Cannot find') },
  });
});

test('a handler without an export name is reported as on Lambda', async () => {
  expect(await answerOf(ANSWER, { handler: 'index' })).toMatchObject({
    payload: { errorType: 'Runtime.MalformedHandlerName', errorMessage: 'Bad handler' },
  });
});

test('a return value that cannot be JSON is reported as on Lambda', async () => {
  expect(await answerOf('exports.handler = async () => 1n')).toMatchObject({
    payload: {
      errorType: 'Runtime.MarshalError',
      errorMessage: expect.stringMatching(/^Unable to stringify response body/),
    },
  });
});

test('the time to load does not count toward the timeout', async () => {
  const code = `const end = Date.now() + 1500; while (Date.now() < end); ${ANSWER}`;
  expect(await answerOf(code, { timeoutSeconds: 1 }, 1)).toEqual({ payload: { got: 1 } });
});

test('code that is missing is reported', async () => {
  const directory = join(tmpdir(), 'nowhere');
  expect(await answerOf('', { code: { directory } })).toMatchObject({
    error: 'Unhandled',
    payload: { errorMessage: expect.stringContaining(directory) },
  });
});

test('the reason that a handler does not load is logged in one line', async () => {
  const { pool, lines } = poolOf("require('nowhere')");
  await pool.invoke({});
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'error',
      of: 'Function',
      text: expect.stringMatching(/^Runtime\.ImportModuleError: Error: Cannot find module 'nowhere'.*$/),
    }),
  ]);
});

test.each<[string, string, unknown]>([
  ['a value', 'exports.handler = () => 1', 1],
  ['null for no value', 'exports.handler = async () => {}', null],
  ['null for a promise that is never resolved', 'exports.handler = () => new Promise(() => {})', null],
  [
    'the value of a promise that is resolved later',
    'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 20, "late"))',
    'late',
  ],
])('a function returns %s', async (_, code, payload) => {
  expect(await answerOf(code)).toEqual({ payload });
});

describe('a function up to nodejs22.x', () => {
  const runtime = 'nodejs22.x';

  test.each<[string, string, unknown]>([
    [
      'can return a value through a callback',
      'exports.handler = (event, context, callback) => setTimeout(callback, 10, null, 1)',
      1,
    ],
    ['can return a value through the context', 'exports.handler = (event, context) => { context.succeed(1); }', 1],
    ['ignores a return value that is not a promise', 'exports.handler = () => 1', null],
  ])('%s', async (_, code, payload) => {
    expect(await answerOf(code, { runtime })).toEqual({ payload });
  });

  test("fails with the callback's error", async () => {
    const code = 'exports.handler = (event, context, callback) => callback(new RangeError("no"))';
    expect(await answerOf(code, { runtime })).toMatchObject({
      payload: { errorType: 'RangeError', errorMessage: 'no' },
    });
  });
});

test('a function from nodejs24.x on rejects a callback, as on Lambda', async () => {
  expect(await answerOf('exports.handler = (event, context, callback) => callback(null, 1)')).toMatchObject({
    payload: { errorType: 'Runtime.CallbackHandlerDeprecated' },
  });
});

test.each<[string, string, object]>([
  ['an error', 'throw new RangeError("too far")', { errorType: 'RangeError', errorMessage: 'too far' }],
  ['a value that is not an error', 'throw "too far"', { errorType: 'string', errorMessage: 'too far', trace: [] }],
])('a handler that throws %s is reported', async (_, statement, payload) => {
  expect(await answerOf(`exports.handler = async () => { ${statement} }`)).toMatchObject({
    error: 'Unhandled',
    payload,
  });
});

test('the context of a handler has the identity and the remaining time of the function', async () => {
  const { payload } = (await answerOf(
    'exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })',
  )) as { payload: { left: number } };
  expect(payload).toMatchObject({
    functionName: 'function',
    functionVersion: '$LATEST',
    memoryLimitInMB: '256',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    callbackWaitsForEmptyEventLoop: true,
  });
  expect(payload.left).toBeGreaterThan(2000);
  expect(payload.left).toBeLessThanOrEqual(3000);
});
