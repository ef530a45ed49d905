import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { Assembly } from '../../assembly/assembly';
import { functionsOf } from '../../assembly/functions';
import { NotEmulated } from '../../assembly/not-emulated';
import { assemblyOf } from './assembly-directory';

const Role = { Type: 'AWS::IAM::Role', Properties: {} };

function fn(settings: object) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: '' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      ...settings,
    },
  };
}

function layer(asset: string) {
  return { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Bucket: 'assets', S3Key: `${asset}.zip` } } };
}

/** @param assets - files of each asset, or an archive of them for a name that ends in `.zip` */
function read(Resources: object, assets: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {
  const directory = assemblyOf({ Resources: { Role, ...Resources } });
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  for (const [asset, files] of Object.entries(assets)) {
    if (asset.endsWith('.zip')) {
      write(asset, zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)]))));
    } else {
      for (const [path, text] of Object.entries(files)) write(join(asset, path), text);
    }
  }
  const files = Object.fromEntries(
    Object.keys(assets).map((path) => [
      path,
      {
        source: { path, packaging: path.endsWith('.zip') ? 'file' : 'zip' },
        destinations: { here: { objectKey: path.endsWith('.zip') ? path : `${path}.zip` } },
      },
    ]),
  );
  write('assets.json', JSON.stringify({ files }));
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  manifest.artifacts.Test.dependencies = ['Assets'];
  manifest.artifacts.Assets = { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } };
  write('manifest.json', JSON.stringify(manifest));

  const assembly = new Assembly(directory);
  const notEmulated = new NotEmulated();
  const python = { path: '/usr/bin/python3.12', hasSdk: false };
  const options = {
    sdkFolders: [],
    ofCustomResources: new Set<string>(),
    findPython: (version: string) => (version === '3.12' ? python : undefined),
  };
  const functions = functionsOf(assembly, options, notEmulated);
  return { ...functions, rows: notEmulated.rows, problems: assembly.problems, directory };
}

test('a Python function has the interpreter of its version', () => {
  const { functions, rows } = read({ Greet: fn({ Runtime: 'python3.12', Code: { ZipFile: 'import json' } }) });
  expect(functions).toEqual([expect.objectContaining({ interpreter: '/usr/bin/python3.12', runtime: 'python3.12' })]);
  expect(rows).toEqual([]);
});

test('a Python function whose version is not installed is left out with the reason, and the others run', () => {
  const { functions, functionsThatDoNotRun, rows } = read({ Snake: fn({ Runtime: 'python3.13' }), Greet: fn({}) });
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(['Greet']);
  const reason =
    'Snake is python3.13, and no Python 3.13 is installed on this machine. Fix: install it, and start again.';
  expect(Object.values(functionsThatDoNotRun)).toEqual([reason]);
  expect(rows.map(({ meaning }) => meaning)).toEqual([`${reason} Its invocations fail.`]);
});

test('a row names the Python functions that import boto3, if the interpreter does not have it', () => {
  const python = (ZipFile: string) => fn({ Runtime: 'python3.12', Code: { ZipFile } });
  const { rows } = read({
    A: python('import json, os\nimport boto3'),
    B: python('  from botocore.config import Config'),
    C: python('print("boto3")'),
  });
  expect(rows).toEqual([
    {
      type: 'AWS SDK for Python',
      logicalIds: ['A', 'B'],
      meaning: expect.stringMatching(/does not: A, B\. Fix: run \/usr\/bin\/python3\.12 -m pip install boto3\.$/),
    },
  ]);
});

test('the files of later layers replace those of earlier ones, whether they are folders or archives', () => {
  const { functions, rows, directory } = read(
    {
      First: layer('first'),
      Second: layer('second'),
      Both: fn({ Layers: [{ Ref: 'First' }, { Ref: 'Second' }] }),
      One: fn({ Layers: [{ Ref: 'First' }] }),
      None: fn({}),
    },
    {
      first: { 'nodejs/node_modules/a/index.js': 'first', 'nodejs/node_modules/b/index.js': 'first', 'bin/tool': '' },
      'second.zip': { 'nodejs/node_modules/a/index.js': 'second', 'python/c.py': '' },
    },
  );
  const [both = '', one, none] = functions.map(({ layersFolder }) => layersFolder);
  expect(readdirSync(both).sort()).toEqual(['bin', 'nodejs', 'python']);
  const textOf = (name: string) => readFileSync(join(both, 'nodejs/node_modules', name, 'index.js'), 'utf8');
  expect([textOf('a'), textOf('b')]).toEqual(['second', 'first']);
  expect(one).toBe(join(directory, 'first'));
  expect(none).toBeUndefined();
  expect(rows).toEqual([]);
});

test('a layer that is not in the assembly has a row with its name', () => {
  const arn = 'arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsTypeScriptV2:18';
  const { functions, rows } = read({ Greet: fn({ Layers: [arn] }) });
  expect(functions[0]?.layersFolder).toBeUndefined();
  expect(rows).toEqual([
    expect.objectContaining({ type: 'Lambda layer AWSLambdaPowertoolsTypeScriptV2', logicalIds: ['Greet'] }),
  ]);
});

test('a layer with files that are read at /opt has a row that names them', () => {
  const { rows } = read(
    { Data: layer('data'), Greet: fn({ Layers: [{ Ref: 'Data' }] }) },
    { data: { 'words/en.txt': '', 'nodejs/index.js': '' } },
  );
  expect(rows).toEqual([
    expect.objectContaining({
      type: 'AWS::Lambda::LayerVersion (Data)',
      meaning: expect.stringContaining('/opt/words'),
    }),
  ]);
});

test('a layer whose asset is missing is a problem', () => {
  const { problems } = read({ Data: layer('gone'), Greet: fn({ Layers: [{ Ref: 'Data' }] }) });
  expect(problems).toEqual([
    { logicalId: 'Data', path: 'Properties.Content', message: 'no asset of the assembly is uploaded as gone.zip' },
  ]);
});

test('code in an archive is unpacked, and an archive with an entry outside of its folder is a problem', () => {
  const code = (key: string) => fn({ Code: { S3Bucket: 'assets', S3Key: key } });
  const { functions, problems } = read(
    { Greet: code('good.zip'), Evil: code('evil.zip') },
    { 'good.zip': { 'index.js': '' }, 'evil.zip': { '../evil.js': '' } },
  );
  const { directory = '' } = { ...functions[0]?.code } as { directory?: string };
  expect(readdirSync(directory)).toEqual(['index.js']);
  expect(problems).toEqual([
    {
      logicalId: 'Evil',
      path: 'Properties.Code',
      message: expect.stringContaining('has an entry outside of its folder: ../evil.js'),
    },
  ]);
});
