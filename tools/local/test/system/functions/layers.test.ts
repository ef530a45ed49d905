import { answerOf, type Code, cleanUp, filesOf } from '../../functions/function-of';

afterEach(cleanUp);

function layer(): string {
  return filesOf({
    'nodejs/node_modules/greet/index.js': "exports.text = 'hello from ' + require('name')",
    'nodejs/node_modules/name/index.js': "module.exports = 'a layer'",
    'nodejs/node_modules/modern/package.json': '{"exports":{"import":"./modern.mjs"}}',
    'nodejs/node_modules/modern/modern.mjs': "export { text } from 'greet'",
    'nodejs/node22/node_modules/name/index.js': "module.exports = 'node22 of a layer'",
    'nodejs/tools.js': "exports.text = 'by its path'",
  });
}

test.each<[string, string, Code, string]>([
  ['require', 'nodejs24.x', "exports.handler = async () => require('greet').text", 'hello from a layer'],
  [
    'require in the folder of its version',
    'nodejs22.x',
    "exports.handler = async () => require('name')",
    'node22 of a layer',
  ],
  [
    'import',
    'nodejs24.x',
    { 'index.mjs': "import { text } from 'modern'; export const handler = async () => text" },
    'hello from a layer',
  ],
  ['a path below /opt', 'nodejs24.x', "exports.handler = async () => require('/opt/nodejs/tools').text", 'by its path'],
])('a function finds a module of a layer by %s', async (_, runtime, code, payload) => {
  expect(await answerOf(code, { runtime, layersFolder: layer() })).toEqual({ payload });
});

test('the own module of a function is found before that of a layer', async () => {
  const code = {
    'index.js': "exports.handler = async () => require('name')",
    'node_modules/name/index.js': "module.exports = 'own'",
  };
  expect(await answerOf(code, { layersFolder: layer() })).toEqual({ payload: 'own' });
});

test('import in nodejs16.x does not find modules of layers, as on Lambda', async () => {
  const code = { 'index.mjs': "import 'greet'; export const handler = async () => 1" };
  expect(await answerOf(code, { runtime: 'nodejs16.x', layersFolder: layer() })).toMatchObject({
    payload: { errorType: 'Runtime.ImportModuleError' },
  });
});

test('the programs of a layer are on PATH', async () => {
  const layersFolder = layer();
  const { payload } = (await answerOf('exports.handler = async () => process.env.PATH', { layersFolder })) as {
    payload: string;
  };
  expect(payload.split(':').at(-1)).toBe(`${layersFolder}/bin`);
});

test('NODE_PATH has the modules of layers and the code, so a function finds its files by their paths in it', async () => {
  const layersFolder = layer();
  const code = {
    'src/index.js': "exports.handler = async () => [process.env.NODE_PATH, require('lib/a')]",
    'lib/a.js': "module.exports = 'found'",
  };
  expect(await answerOf(code, { layersFolder, handler: 'src/index.handler' })).toEqual({
    payload: [
      expect.stringContaining(`${layersFolder}/nodejs/node24/node_modules:${layersFolder}/nodejs/node_modules:`),
      'found',
    ],
  });
});
