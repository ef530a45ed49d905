import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { readPlannedStack } from '../../../tools/preflight/planned-stack';

describe('The stack of a cloud assembly', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'preflight-assembly-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const synthesized = (define: (app: App) => void) => {
    const app = new App({ outdir: join(folder, 'out'), builtinCloudFormationValidation: false });
    define(app);
    return app.synth().directory;
  };

  it('has a Region, an account, the required bootstrap version, images and resources', () => {
    const directory = synthesized((app) => {
      const env = { region: 'cn-north-1', account: '123456789012' };
      const stack = new Stack(app, 'One', { env, stackName: 'Named' });
      new Repository(stack, 'Repository', { repositoryName: 'images' });
      writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch');
      new DockerImageAsset(stack, 'Image', { directory: folder, exclude: ['out'] });
    });

    expect(readPlannedStack(directory)).toMatchObject({
      stack: 'Named',
      region: 'cn-north-1',
      partition: 'aws-cn',
      account: '123456789012',
      bootstrap: { version: 6, parameter: '/cdk-bootstrap/hnb659fds/version' },
      images: 1,
    });
    expect(readPlannedStack(directory).resources).toContainEqual({
      id: expect.stringMatching(/^Repository/),
      type: 'AWS::ECR::Repository',
      properties: expect.objectContaining({ RepositoryName: 'images' }),
    });
  });

  it('has no account if the app names none', () => {
    const directory = synthesized((app) => new Stack(app, 'One', { env: { region: 'us-east-1' } }));

    expect(readPlannedStack(directory).account).toBeUndefined();
  });

  it('is chosen by its name if there are several', () => {
    const directory = synthesized((app) => {
      new Stack(app, 'One', { env: { region: 'us-east-1' } });
      new Stack(app, 'Two', { env: { region: 'us-east-1' } });
    });

    expect(readPlannedStack(directory, 'Two').stack).toBe('Two');
    expect(() => readPlannedStack(directory)).toThrow(
      'The cloud assembly must have one stack unless --stack is passed, got One, Two. Fix: pass --stack with the name of one of its stacks.',
    );
    expect(() => readPlannedStack(directory, 'Three')).toThrow('The cloud assembly has no stack Three, got One, Two.');
  });

  it('must have a Region', () => {
    const directory = synthesized((app) => new Stack(app, 'One'));

    expect(() => readPlannedStack(directory)).toThrow(
      'The stack One must have a Region, got unknown-region. Fix: set region in its settings.',
    );
  });

  it.each([[undefined], ['{'], ['{}']])('cannot be read from a folder whose manifest is %s', (manifest) => {
    if (manifest !== undefined) {
      writeFileSync(join(folder, 'manifest.json'), manifest);
    }

    expect(() => readPlannedStack(folder)).toThrow(
      `${join(folder, 'manifest.json')} cannot be read as a part of a cloud assembly. Fix: pass a folder that cdk synth wrote.`,
    );
  });
});
