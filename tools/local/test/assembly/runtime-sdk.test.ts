import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addMissingSdk, sdkFoldersOf } from '../../assembly/runtime-sdk';
import { NotEmulated } from '../../assembly/not-emulated';
import { sdkImportsOf } from '../../assembly/sdk-imports';
import { loadAssembly } from '../../assembly/load-assembly';
import type { FunctionBlueprint } from '../../blueprint';
import { assemblyOf, emptyDirectory } from './assembly-directory';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = emptyDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function functionOf(settings: Partial<FunctionBlueprint>): FunctionBlueprint {
  return { logicalId: 'Greet', runtime: 'nodejs22.x', ...settings } as FunctionBlueprint;
}

function rowsOf(...functions: FunctionBlueprint[]) {
  const notEmulated = new NotEmulated();
  addMissingSdk(functions, () => false, notEmulated);
  return notEmulated.rows;
}

test.each([
  ['require', "const { S3 } = require('@aws-sdk/client-x')"],
  ['an import', "import { S3 } from '@aws-sdk/client-x'"],
  ['an import in minified code', 'import{S3 as s}from"@aws-sdk/client-x";export{s}'],
  ['an import for its effect', 'import"@aws-sdk/client-x"'],
  ['a dynamic import', "const load = () => import('@aws-sdk/client-x')"],
  ['the require of a bundler', 'var a=__require("@aws-sdk/client-x")'],
  ['a file in the package', "require('@aws-sdk/client-x/dist/a.js')"],
])('a package of the SDK is found in %s', (_, inline) => {
  expect(sdkImportsOf({ code: { inline } })).toEqual(['@aws-sdk/client-x']);
});

test('only imports of the SDK are found, in the files of the function and not in those of its packages', () => {
  const directory = folderOf({
    'index.mjs': "import 'node:fs'; import express from 'express'; console.log('@aws-sdk/client-y')",
    'src/a.cjs': "require('aws-sdk/clients/s3'); require('@smithy/types')",
    'readme.txt': "import '@aws-sdk/client-x'",
    'node_modules/a/index.js': "require('@aws-sdk/client-x')",
  });
  expect(sdkImportsOf({ code: { directory } })).toEqual(['@smithy/types', 'aws-sdk']);
});

test('a package of the SDK in the code or in a layer is not counted', () => {
  const directory = folderOf({
    'src/index.js': "require('@aws-sdk/client-a'); require('@aws-sdk/client-b'); require('@aws-sdk/client-c')",
    'node_modules/@aws-sdk/client-a/package.json': '{}',
  });
  const layersFolder = folderOf({ 'nodejs/node22/node_modules/@aws-sdk/client-b/package.json': '{}' });
  expect(sdkImportsOf({ code: { directory }, layersFolder })).toEqual(['@aws-sdk/client-c']);
});

test('one row names the functions, the packages that are missing and the command that installs them', () => {
  const project = folderOf({
    'package.json': '{}',
    'node_modules/@aws-sdk/client-here/package.json': '{}',
  });
  const sdkFolders = [join(project, 'cdk.out')];
  const inline = "require('@aws-sdk/client-here'); require('@aws-sdk/client-nowhere')";
  const old = functionOf({
    logicalId: 'Old',
    runtime: 'nodejs16.x',
    code: { inline: "require('aws-sdk')" },
    sdkFolders,
  });
  expect(rowsOf(functionOf({ code: { inline }, sdkFolders }), old)).toEqual([
    {
      type: 'AWS SDK for JavaScript',
      logicalIds: ['Greet', 'Old'],
      meaning: `Greet imports @aws-sdk/client-nowhere. Old imports aws-sdk. Lambda's runtime has these packages, and this machine does not. Fix: run npm install --no-save @aws-sdk/client-nowhere aws-sdk@2 in ${project}.`,
    },
  ]);
});

test('the SDK of the runner itself serves apps that have not installed it', () => {
  expect(rowsOf(functionOf({ code: { inline: "require('@aws-sdk/lib-dynamodb')" } }))).toEqual([]);
});

test.each([
  ['nodejs18.x', 'aws-sdk'],
  ['nodejs16.x', '@aws-sdk/client-sqs'],
])('a row says that %s does not have %s', (runtime, name) => {
  expect(rowsOf(functionOf({ runtime, code: { inline: `require('${name}')` } }))).toEqual([
    expect.objectContaining({
      type: `AWS SDK for JavaScript (${name}, ${runtime})`,
      meaning: expect.stringContaining('fails here, as on AWS. Fix: add them to the code of Greet.'),
    }),
  ]);
});

test('the SDK is resolved from the assembly, and from the folder of the command if it is that of an app', () => {
  const app = folderOf({ 'cdk.json': '{}' });
  expect(sdkFoldersOf('/app/cdk.out', app)).toEqual(['/app/cdk.out', app]);
  expect(sdkFoldersOf('/app/cdk.out', emptyDirectory())).toEqual(['/app/cdk.out']);
});

test('the functions of an assembly are searched, but not those of custom resources, which do not run', () => {
  const Role = { Type: 'AWS::IAM::Role', Properties: {} };
  const fn = (name: string, Variables = {}) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: `require('@aws-sdk/client-${name}')` },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables },
    },
  });
  const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const Resources = {
    Role,
    Greet: fn('of-greet'),
    OnEvent: fn('of-event'),
    Framework: fn('of-framework', { USER_ON_EVENT_FUNCTION_ARN: arnOf('OnEvent') }),
    Made: { Type: 'Custom::Made', Properties: { ServiceToken: arnOf('Framework') } },
  };
  const directory = assemblyOf({ Resources });
  const { notEmulated, functions } = loadAssembly(directory);
  expect(notEmulated.find(({ type }) => type === 'AWS SDK for JavaScript')?.logicalIds).toEqual(['Greet']);
  expect(functions[0]?.sdkFolders?.[0]).toBe(directory);
});
