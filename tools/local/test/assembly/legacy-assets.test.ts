import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { legacyAssets } from '../../assembly/legacy-assets';
import { loadAssembly } from '../../assembly/load-assembly';
import { emptyDirectory, synthesized } from './assembly-directory';

/** A folder with these files. */
function folderWith(files: Record<string, string>): string {
  const folder = emptyDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Synthesizes a stack as CDK v1 does by default. */
function legacy(build: (stack: Stack) => void): string {
  return synthesized((app) => build(new Stack(app, 'Old', { synthesizer: new LegacyStackSynthesizer() })));
}

test('the folder of a function is found by the parameters of its asset', () => {
  const assembly = legacy((stack) => {
    new LambdaFunction(stack, 'Greet', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(folderWith({ 'index.js': 'exports.handler = async () => 1;' })),
    });
  });
  const [greet] = loadAssembly(assembly).functions;
  const directory = greet && 'directory' in greet.code ? greet.code.directory : '';
  expect(readFileSync(join(directory, 'index.js'), 'utf8')).toBe('exports.handler = async () => 1;');
});

test('the build context of an image is found by its tag', () => {
  const assembly = legacy((stack) => {
    const taskDefinition = new FargateTaskDefinition(stack, 'Task');
    const context = folderWith({ Dockerfile: 'FROM node\nCMD ["node", "index.js"]' });
    taskDefinition.addContainer('web', { image: ContainerImage.fromAsset(context) });
    new FargateService(stack, 'Service', { cluster: new Cluster(stack, 'Cluster'), taskDefinition });
  });
  const [service] = loadAssembly(assembly).services;
  expect(service?.containers).toMatchObject([
    { command: ['node', 'index.js'], image: { context: expect.stringContaining('asset.') } },
  ]);
});

test('an image whose URI is a parameter has a URI that ends in its tag', () => {
  const data = {
    packaging: 'container-image',
    path: 'asset.abc',
    sourceHash: 'abc',
    imageNameParameter: 'AssetParametersabcImageName',
    file: 'Dockerfile.web',
  };
  const place = { region: 'eu-west-1', accountId: '111122223333', directory: '/cdk.out' };
  expect(legacyAssets([{ '/Old': [{ type: 'aws:cdk:asset', data }] }], place)).toEqual({
    files: {},
    images: { abc: { directory: '/cdk.out/asset.abc', dockerFile: 'Dockerfile.web', buildArgs: {} } },
    parameters: {
      AssetParametersabcImageName: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/aws-cdk/assets@sha256:abc',
    },
  });
});

test('the parameters of assets are not among those that the options can set', () => {
  const assembly = legacy((stack) => {
    new LambdaFunction(stack, 'Greet', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(folderWith({ 'index.js': '' })),
    });
  });
  expect(() => loadAssembly(assembly, { values: { Stage: 'dev' } })).toThrow(
    'The parameter Stage does not exist in a template. There are no parameters. Fix: correct or remove it.',
  );
});
