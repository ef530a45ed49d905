import { join } from 'node:path';
import { answerOf, cleanUp, filesOf, poolOf } from '../../functions/function-of';

afterEach(cleanUp);

/** An app with packages that the runner does not have: one with files for each module system, and version 2 of the SDK. */
function appFolder(): string {
  const folder = filesOf({
    'node_modules/@aws-sdk/client-fixture/package.json':
      '{"exports":{".":{"import":"./index.mjs","require":"./index.js"}}}',
    'node_modules/@aws-sdk/client-fixture/index.js': "exports.kind = require('own') + ' by require'",
    'node_modules/@aws-sdk/client-fixture/index.mjs': "export const kind = 'by import'",
    'node_modules/aws-sdk/package.json': '{"main":"lib/aws.js"}',
    'node_modules/aws-sdk/lib/aws.js': "exports.kind = 'version 2'",
    'node_modules/aws-sdk/clients/s3.js': "exports.kind = 'S3 of version 2'",
    'node_modules/own/index.js': "module.exports = 'with a package of its own'",
  });
  return join(folder, 'cdk.out');
}

const IMPORT = "import { kind } from '@aws-sdk/client-fixture'; export const handler = async () => kind";
const REQUIRE = "const { kind } = require('@aws-sdk/client-fixture'); exports.handler = async () => kind";
const DYNAMIC = "exports.handler = async () => (await import('@aws-sdk/client-fixture')).kind";

test.each([
  ['require', { 'index.js': REQUIRE }, 'with a package of its own by require'],
  ['import', { 'index.mjs': IMPORT }, 'by import'],
  ['import() in CommonJS', { 'index.js': DYNAMIC }, 'by import'],
])("a function finds a package of the SDK in the app's node_modules by %s", async (_, code, payload) => {
  expect(await answerOf(code, { sdkFolders: [appFolder()] })).toEqual({ payload });
});

test.each([
  ['aws-sdk', 'version 2'],
  ['aws-sdk/clients/s3', 'S3 of version 2'],
])("nodejs16.x finds %s in the app's node_modules", async (name, payload) => {
  const code = `exports.handler = async () => require('${name}').kind`;
  expect(await answerOf(code, { runtime: 'nodejs16.x', sdkFolders: [appFolder()] })).toEqual({ payload });
});

test.each([
  ['nodejs18.x', 'aws-sdk'],
  ['nodejs16.x', '@aws-sdk/client-fixture'],
  ['nodejs22.x', 'own'],
])('%s does not find %s, although the app has installed it', async (runtime, name) => {
  const code = `exports.handler = async () => require('${name}')`;
  expect(await answerOf(code, { runtime, sdkFolders: [appFolder()] })).toMatchObject({
    error: 'Unhandled',
    payload: { errorMessage: expect.stringContaining(`Cannot find module '${name}'`) },
  });
});

test.each([
  ['require', { 'index.js': "require('@aws-sdk/client-nowhere')" }, /Require stack:\n- [^\n]*\/index\.js$/],
  ['import', { 'index.mjs': "import '@aws-sdk/client-nowhere'" }, /imported from [^\n]*\/index\.mjs/],
  [
    'import() in CommonJS',
    { 'index.js': "exports.handler = async () => import('@aws-sdk/client-nowhere')" },
    /imported from [^\n]*\/index\.js/,
  ],
])(
  'the error for a missing package names the file of the function by %s, and none of the runner',
  async (_, code, place) => {
    const outcome = await answerOf(code, { sdkFolders: [appFolder()] });
    expect(outcome).toMatchObject({ payload: { errorMessage: expect.stringMatching(place) } });
    expect(JSON.stringify(outcome)).not.toContain('tools/local/functions');
  },
);

test('a stack trace has the frames of the function, and none of the runner', async () => {
  const outcome = await answerOf('exports.handler = function greet() { throw new Error("boom") }');
  const { trace } = (outcome as { payload: { trace: string[] } }).payload;
  expect(trace.slice(0, 2)).toEqual(['Error: boom', expect.stringContaining('at greet')]);
  expect(trace.filter((line) => line.includes('tools/local'))).toEqual([]);
});

test('each invocation has a trace of X-Ray of its own, which is not sampled', async () => {
  const { pool } = poolOf('exports.handler = async () => process.env._X_AMZN_TRACE_ID');
  const [first, second] = [await pool.invoke({}), await pool.invoke({})] as { payload: string }[];
  expect(first?.payload).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
  expect(second?.payload).not.toBe(first?.payload);
});

test('the arguments of the process are not those of the runner', async () => {
  expect(await answerOf('exports.handler = async () => process.argv.length')).toEqual({ payload: 2 });
});
