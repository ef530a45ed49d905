import childProcess, { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { start } from '../../start';
import { UserError } from '../../user-error';
import { assemblyOf, emptyDirectory } from '../assembly/assembly-directory';
import { parcelApp } from '../fixture-app';

jest.setTimeout(30_000);

/** A user pool, and a load balancer whose only rule returns the configured origins. */
const GREETER = assemblyOf({
  Resources: {
    Pool: { Type: 'AWS::Cognito::UserPool' },
    Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'Balancer' },
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Group' } }],
      },
    },
    Group: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: { TargetType: 'lambda', Targets: [{ Id: { 'Fn::GetAtt': ['Greet', 'Arn'] } }] },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
    Greet: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: 'exports.handler = async () => ({ statusCode: 200, body: process.env.ORIGINS });' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: { Variables: { ORIGINS: 'https://app.example.com,https://other.example.com' } },
      },
    },
  },
});

/** A folder that cannot be created. */
const NO_FOLDER = process.platform === 'linux' ? '/proc/twinlane/data' : `${__filename}/data`;

/** Every process that was started. */
let forked: () => ChildProcess[];

beforeEach(() => {
  const fork = jest.spyOn(childProcess, 'fork');
  forked = () => fork.mock.results.map(({ value }) => value);
});

afterEach(() => {
  const running = forked().filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  for (const one of running) {
    one.kill('SIGKILL');
  }
  jest.restoreAllMocks();
  expect(running).toEqual([]);
});

test('a running app has the URLs of its entry points, and the first URL of each kind by name, and ends when it is stopped', async () => {
  const signals = () => [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];
  const before = signals();
  const { urls, stop, ...app } = await startedFixture();
  expect(signals()).toEqual(before);
  expect(forked()).toHaveLength(4);
  const [listener, tracking, desk, ...others] = urls.endpoints;
  expect(listener?.logicalId).toMatch(/^WebHttp/);
  expect(tracking?.logicalId).toMatch(/^Tracking/);
  expect(desk?.logicalId).toMatch(/^Desk/);
  expect(others).toEqual([]);
  expect(urls).toMatchObject({
    http: listener?.url,
    websocket: tracking?.url,
    management: tracking?.managementUrl,
    aws: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  expect(urls.token).toBeUndefined();
  expect((await fetch(`${urls.http}/nowhere`)).status).toBe(404);
  expect(app.events.length).toBeGreaterThan(0);
  await stop();
  await expect(fetch(`${urls.http}/nowhere`)).rejects.toThrow('fetch failed');
});

async function startedFixture() {
  const events: object[] = [];
  const app = await start({ assembly: parcelApp(), onEvent: (event) => events.push(event) });
  return { urls: app.urls, events, stop: () => app.stop() };
}

test('only the given origin is replaced in the environment of a function', async () => {
  const origins = { 'https://app.example.com': 'http://app.localhost:4513' };
  const app = await start({ assembly: GREETER, origins });
  expect(await (await fetch(`${app.urls.http}/`)).text()).toBe('http://app.localhost:4513,https://other.example.com');
  expect(app.urls.token).toBe(app.urls.endpoints.find(({ logicalId }) => logicalId === 'Pool')?.url);
  expect((await fetch(`${app.urls.token}?subject=alice`)).status).toBe(200);
  await app.stop(true);
});

test.each([
  [
    { streams: { shardLifetimeMs: 999 } },
    'streams.shardLifetimeMs must be a whole number from 1000 to 86400000, got 999.',
  ],
  [{ streams: { delayMs: -1 } }, 'streams.delayMs must be a whole number from 0 to 60000, got -1.'],
  [{ region: 'Ireland' }, 'region must be a Region of AWS, got "Ireland". Fix: write it as eu-west-1.'],
  [{ account: '1' }, 'account must have 12 digits, got "1". Fix: write it as 111122223333.'],
  [{ disconnectDelaySeconds: 0.5 }, 'disconnectDelaySeconds must be a whole number from 0 to 3600, got 0.5.'],
])(
  'the start with %j fails with an error that says which values are allowed, and starts no process',
  async (options, message) => {
    const failed = start({ assembly: GREETER, ...options });
    await expect(failed).rejects.toThrow(UserError);
    await expect(failed).rejects.toThrow(message);
    expect(forked()).toEqual([]);
  },
);

test('the error for unresolved references names each logical id and property', async () => {
  const Database = { Type: 'AWS::RDS::DBInstance' };
  const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
  const Greet = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: '' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: {
        Variables: { HOST: { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] }, NAME: { Ref: 'Missing' } },
      },
    },
  };
  const assembly = assemblyOf({ Resources: { Database, Role, Greet } });
  const message = [
    `The cloud assembly in ${assembly} cannot run here:`,
    '- Greet.Properties.Environment.Variables.HOST: Endpoint.Address of Database (AWS::RDS::DBInstance) has a value only in AWS. Fix: pass --parameter Database.Endpoint.Address=VALUE.',
    '- Greet.Properties.Environment.Variables.NAME: there is no resource or parameter Missing',
  ].join('\n');
  const error = await start({ assembly }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ message });
});

test('the error for a folder without an assembly names the folder', async () => {
  const folder = emptyDirectory();
  await expect(start({ assembly: folder })).rejects.toThrow(`There is no cloud assembly in "${folder}"`);
});

test('the error for a port in use names the port', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(start({ assembly: GREETER, port })).rejects.toEqual(
    new UserError(`Port ${port} is in use. Fix: stop the program that uses it, or set another first port (--port).`),
  );
  server.close();
});

test.each([
  [{ port: -1 }, 'port must be a whole number from 0 to 65000, got -1. Fix: set it to 0 for any free ports.'],
  [
    { data: __filename },
    `data must be a folder that can be written, got "${__filename}" (ENOTDIR). Fix: use another folder.`,
  ],
  [
    // On Linux no folder can be created in /proc, and elsewhere none in a file.
    { data: NO_FOLDER },
    `data must be a folder that can be written, got "${NO_FOLDER}" (${process.platform === 'linux' ? 'ENOENT' : 'ENOTDIR'}). Fix: use another folder.`,
  ],
  [
    { origins: { 'https://app.example.com/': 'http://app.localhost:1' } },
    'origins must hold origins, got "https://app.example.com/". Fix: write it as https://app.example.com.',
  ],
  [
    { origins: { 'https://app.example.com': 'app.localhost' } },
    'origins must hold origins, got "app.localhost". Fix: write it as https://app.example.com.',
  ],
  [
    { pageUrl: 'http://app.localhost:1/page' },
    'pageUrl must be an origin with http, got "http://app.localhost:1/page". Fix: write it as http://127.0.0.1:4514.',
  ],
  [
    { pageUrl: 'https://app.localhost:1' },
    'pageUrl must be an origin with http, got "https://app.localhost:1". Fix: write it as http://127.0.0.1:4514.',
  ],
])('the error for an invalid option names its value: %j', async (options, message) => {
  await expect(start({ assembly: GREETER, ...options })).rejects.toEqual(new UserError(message));
});

test('a start that is canceled throws the reason and leaves no process running', async () => {
  const cancelling = new AbortController();
  const starting = start({
    assembly: GREETER,
    signal: cancelling.signal,
    onEvent: (event) => event.event === 'progress' && event.step === 'starting the lanes' && cancelling.abort('enough'),
  });
  await expect(starting).rejects.toBe('enough');
  expect(forked().length).toBeGreaterThan(0);
});

test('a type that is not emulated is listed once, regardless of the number of resources', async () => {
  const Resources = {
    A: { Type: 'AWS::SES::Template' },
    B: { Type: 'AWS::SES::Template' },
    C: { Type: 'AWS::Kinesis::Stream' },
  };
  const app = await start({ assembly: assemblyOf({ Resources }) });
  expect(app.blueprint.notEmulated.map(({ type }) => type)).toEqual(['AWS::SES::Template', 'AWS::Kinesis::Stream']);
  await app.stop();
});
