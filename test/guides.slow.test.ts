import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { forkOfProject } from './support/fork';
import { StartedRunner } from './support/started-runner';
import { appOf, ask } from './system/caller';
import { Listener } from './system/listener';

const PROJECT = resolve(__dirname, '..');

jest.setTimeout(120_000);

/** A copy of the project in which the steps of a guide are performed. */
class Fork {
  readonly folder = forkOfProject();

  /** Creates the files after `Create FILE:` in the guide, and applies the diffs after `In FILE:`. */
  follow(guide: string): void {
    const text = readFileSync(join(PROJECT, 'docs/guides', guide), 'utf8');
    let edited = '';
    for (const [, created, block = '', inFile, diff = ''] of text.matchAll(
      /^Create `([^`]+)`:\n\n```\w+\n(.*?)^```$|^In `([^`]+)`:$|^```diff\n(.*?)^```$/gms,
    )) {
      if (created) {
        mkdirSync(dirname(join(this.folder, created)), { recursive: true });
        writeFileSync(join(this.folder, created), block);
      } else if (inFile) {
        edited = join(this.folder, inFile);
      } else {
        writeFileSync(edited, patched(readFileSync(edited, 'utf8'), diff));
      }
    }
  }

  /** @returns the output of the compiler for the app. */
  typeErrors(): string {
    const compilerOptions = { incremental: false, tsBuildInfoFile: null };
    const include = ['bin', 'lambda', 'lib', 'service'];
    writeFileSync(
      join(this.folder, 'tsconfig.app.json'),
      JSON.stringify({ extends: './tsconfig.json', compilerOptions, include }),
    );
    return this.run('npx', 'tsc', '-p', 'tsconfig.app.json').output;
  }

  run(command: string, ...args: string[]): { status: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: this.folder, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  }
}

/** Applies a diff without line numbers. Throws unless the text contains its old lines exactly once. */
function patched(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const side = (sign: string) =>
    lines
      .filter((line) => line[0] === ' ' || line[0] === sign)
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const [before, after, ...others] = text.split(side('-'));
  if (after === undefined || others.length > 0) {
    throw new Error(`The guide's lines are not in the file once:\n${diff}`);
  }
  return `${before}${side('+')}${after}`;
}

let fork: Fork;
let runner: StartedRunner | undefined;

beforeEach(() => {
  fork = new Fork();
});

afterEach(async () => {
  await runner?.stop();
  runner = undefined;
});

test('the guides for a WebSocket route and an HTTP endpoint add both to a running app', async () => {
  fork.follow('websocket-route.md');
  fork.follow('http-endpoint.md');
  expect(fork.typeErrors()).toBe('');
  runner = await StartedRunner.start([], fork.folder);
  const app = appOf(runner);
  const listener = await Listener.connect(app);
  await listener.ask({ action: 'subscribe', topic: 'rolls' });

  expect(await listener.ask({ action: 'roll', sides: 20 })).toMatchObject({
    type: 'rolled',
    roll: expect.any(Number),
  });
  await listener.receives(({ type, sequence }) => type === 'message' && sequence === 1);

  const headers = { 'content-type': 'application/json' };
  const answer = await ask(app, '/v1/rolls', { method: 'POST', headers, body: '{"sides":6}' });
  expect([answer.status, await answer.json()]).toEqual([201, { roll: expect.any(Number) }]);
  await listener.receives(({ type, sequence }) => type === 'message' && sequence === 2);
  const documentation = await (await ask(app, '/openapi.json')).json();
  expect(documentation).toHaveProperty(['paths', '/v1/rolls', 'post', 'summary'], 'Roll a die');
  await listener.close();
});

test("the guide for a custom container replaces this repository's service with it", async () => {
  fork.follow('own-container.md');
  runner = await StartedRunner.start([], fork.folder);

  const answer = await fetch(`${runner.url('http')}/orders`);

  expect([answer.status, await answer.json()]).toEqual([200, { orders: [] }]);
});

test('the guide for an existing VPC synthesizes a stage that creates no network', () => {
  fork.follow('existing-vpc.md');

  expect(fork.run('npx', 'cdk', 'synth', '--quiet')).toEqual({ status: 0, output: '' });

  const template = readFileSync(join(fork.folder, 'cdk.out/Twinlane-dev.template.json'), 'utf8');
  const resources = Object.values<{ Type: string; Properties: unknown }>(JSON.parse(template).Resources);
  expect(resources.map(({ Type }) => Type)).not.toContain('AWS::EC2::VPC');
  expect(resources.filter(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer')).toMatchObject([
    { Properties: { IpAddressType: 'ipv4', Subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] } },
  ]);
});

test("the guide for a page of your own puts its files, with the page's path, behind the gateway", () => {
  fork.follow('page-of-your-own.md');

  expect(fork.run('npx', 'cdk', 'synth', '--quiet', '-c', 'stage=gateway')).toEqual({ status: 0, output: '' });

  const output = join(fork.folder, 'cdk.out');
  const folders = readdirSync(output).filter((name) => existsSync(join(output, name, 'index.html')));
  expect(folders).toHaveLength(1);
  const [folder = ''] = folders;
  for (const file of ['index.html', 'main.js']) {
    expect(readFileSync(join(output, folder, file), 'utf8')).toBe(
      readFileSync(join(fork.folder, 'page', file), 'utf8'),
    );
  }
});

test('the guide for a page of your own leaves no file that knip reports as unused', () => {
  fork.follow('page-of-your-own.md');

  // Shows that knip ran and reports such files.
  writeFileSync(join(fork.folder, 'unused.js'), '');
  const { output } = fork.run('npx', 'knip', '--include', 'files', '--no-progress');
  expect(output).toContain('unused.js');
  expect(output).not.toContain('page/main.js');
});

test('the guide for DNS elsewhere synthesizes a stage without records, whose outputs name the targets', () => {
  fork.follow('dns-elsewhere.md');

  expect(fork.run('npx', 'cdk', 'synth', '--quiet')).toEqual({ status: 0, output: '' });

  const { Resources, Outputs } = JSON.parse(
    readFileSync(join(fork.folder, 'cdk.out/Twinlane-dev.template.json'), 'utf8'),
  );
  const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
  expect(types).not.toContain('AWS::Route53::RecordSet');
  expect(types).not.toContain('AWS::CertificateManager::Certificate');
  expect(Object.keys(Outputs)).toEqual(
    expect.arrayContaining(['HttpAliasTarget', 'HttpAliasTargetZoneId', 'WebSocketAliasTarget']),
  );
});

test('the guide for a single lane synthesizes the WebSocket lane without a load balancer', () => {
  fork.follow('one-lane.md');
  const [command = ''] =
    /^npx cdk synth .*$/m.exec(readFileSync(join(PROJECT, 'docs/guides/one-lane.md'), 'utf8')) ?? [];

  expect(fork.run('/bin/sh', '-c', `${command} --quiet`)).toEqual({ status: 0, output: '' });

  const template = readFileSync(join(fork.folder, 'cdk.out/notifications/Notifications.template.json'), 'utf8');
  const types = Object.values<{ Type: string }>(JSON.parse(template).Resources).map(({ Type }) => Type);
  expect(types).toContain('AWS::ApiGatewayV2::Api');
  expect(types).not.toContain('AWS::ElasticLoadBalancingV2::LoadBalancer');
  expect(types).toContain('AWS::CloudWatch::CompositeAlarm');
  expect(types).toContain('AWS::CloudWatch::Dashboard');
  expect(Object.keys(JSON.parse(template).Outputs)).toEqual(
    expect.arrayContaining(['AlarmTopicArn', 'HealthAlarms', 'DashboardName', 'WebSocketApiId', 'DeliveryQueueUrl']),
  );
  expect(fork.typeErrors()).toBe('');
});
