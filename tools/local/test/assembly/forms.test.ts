import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fn, Stack } from 'aws-cdk-lib';
import {
  type AssetImageProps,
  CfnService,
  CfnTaskDefinition,
  Cluster,
  type ContainerDefinitionOptions,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  Secret,
} from 'aws-cdk-lib/aws-ecs';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Secret as SecretsManagerSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { strToU8, zipSync } from 'fflate';
import { loadAssembly } from '../../assembly/load-assembly';
import { assemblyOf, emptyDirectory, synthesized } from './assembly-directory';

const Work = { Type: 'AWS::SQS::Queue' };
const Role = { Type: 'AWS::IAM::Role', Properties: {} };
const Greet = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: 'exports.handler = async () => ({});' },
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  },
};

test.each([
  ['a disabled mapping', mapping({ Enabled: false }), 'AWS::Lambda::EventSourceMapping (disabled)', 0],
  [
    'a mapping of an unsupported source',
    mapping({ EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks' }),
    'AWS::Lambda::EventSourceMapping (kinesis)',
    0,
  ],
  [
    'a destination that is not a queue',
    mapping({ DestinationConfig: { OnFailure: { Destination: 'arn:aws:sns:us-east-1:000000000000:failed' } } }),
    'AWS::Lambda::EventSourceMapping (OnFailure)',
    1,
  ],
])('%s is listed as not emulated', (_, Mapping, type, mappings) => {
  const { eventSources, notEmulated } = loadAssembly(assemblyOf({ Resources: { Work, Role, Greet, Mapping } }));
  expect(notEmulated).toEqual([expect.objectContaining({ type, logicalIds: ['Mapping'] })]);
  expect(eventSources).toHaveLength(mappings);
});

test.each([
  [
    'an HTTP API',
    { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    'AWS::ApiGatewayV2::Api (HTTP)',
  ],
  ['a nested stack', { Type: 'AWS::CloudFormation::Stack', Properties: {} }, 'AWS::CloudFormation::Stack'],
  [
    'a function in an image',
    { ...Greet, Properties: { PackageType: 'Image', Code: { ImageUri: 'example/greet:1' } } },
    'AWS::Lambda::Function (It)',
  ],
  ['a custom resource', { Type: 'Custom::Seed', Properties: {} }, 'Custom::*'],
  [
    'a permissions boundary',
    { ...Role, Properties: { PermissionsBoundary: 'arn:aws:iam::000000000000:policy/Limit' } },
    'Permissions boundaries',
  ],
])('%s is listed as not emulated', (_, It, type) => {
  expect(loadAssembly(assemblyOf({ Resources: { It } })).notEmulated).toEqual([
    expect.objectContaining({ type, logicalIds: ['It'] }),
  ]);
});

test("a mapping has Lambda's defaults, which depend on its source", () => {
  const Items = {
    Type: 'AWS::DynamoDB::Table',
    Properties: { KeySchema: [], AttributeDefinitions: [], StreamSpecification: { StreamViewType: 'KEYS_ONLY' } },
  };
  const Stream = mapping({ EventSourceArn: { 'Fn::GetAtt': ['Items', 'StreamArn'] } });
  const Queue = mapping({});
  const { eventSources } = loadAssembly(assemblyOf({ Resources: { Work, Items, Role, Greet, Stream, Queue } }));
  expect(eventSources).toMatchObject([
    { logicalId: 'Stream', batchSize: 100, maximumRetryAttempts: -1, reportBatchItemFailures: false },
    { logicalId: 'Queue', batchSize: 10, reportBatchItemFailures: false },
  ]);
});

test('throughput of tables and indexes can be text, such as the value of a parameter', () => {
  const throughput = { ReadCapacityUnits: { Ref: 'Units' }, WriteCapacityUnits: '7' };
  const Items = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      KeySchema: [],
      AttributeDefinitions: [],
      ProvisionedThroughput: throughput,
      GlobalSecondaryIndexes: [{ IndexName: 'byName', KeySchema: [], ProvisionedThroughput: throughput }],
    },
  };
  const Parameters = { Units: { Type: 'Number', Default: 5 } };
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 7 };
  expect(loadAssembly(assemblyOf({ Parameters, Resources: { Items } })).tables).toMatchObject([
    { definition: { ProvisionedThroughput, GlobalSecondaryIndexes: [{ ProvisionedThroughput }] } },
  ]);
});

test("a queue has SQS's defaults", () => {
  expect(loadAssembly(assemblyOf({ Resources: { Work } })).queues).toMatchObject([
    { fifo: false, visibilityTimeoutSeconds: 30, retentionSeconds: 345_600, delaySeconds: 0 },
  ]);
});

test('the path of a role is part of its ARN, but not of its name', () => {
  const Pathed = { ...Role, Properties: { Path: '/lanes/', RoleName: 'Connect' } };
  expect(loadAssembly(assemblyOf({ Resources: { Pathed } })).roles).toMatchObject([
    { name: 'Connect', arn: 'arn:aws:iam::000000000000:role/lanes/Connect' },
  ]);
});

test('a role has the policies of its AWS::IAM::RolePolicy resources', () => {
  const PolicyDocument = { Version: '2012-10-17', Statement: [] };
  const Policy = {
    Type: 'AWS::IAM::RolePolicy',
    Properties: { PolicyName: 'Own', RoleName: { Ref: 'Role' }, PolicyDocument },
  };
  const { roles } = loadAssembly(assemblyOf({ Resources: { Role, Policy } }));
  expect(roles).toMatchObject([{ policies: [{ name: 'Own', document: PolicyDocument }] }]);
});

test('a function can have a reserved concurrency of 0', () => {
  const Properties = { ...Greet.Properties, ReservedConcurrentExecutions: 0 };
  const { functions } = loadAssembly(assemblyOf({ Resources: { Role, Greet: { ...Greet, Properties } } }));
  expect(functions).toMatchObject([{ reservedConcurrency: 0 }]);
});

test('a global table is a table with on-demand capacity', () => {
  const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }];
  const Items = {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: { KeySchema, AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], Replicas: [] },
  };
  const [table] = loadAssembly(assemblyOf({ Resources: { Items } })).tables;
  expect(table).toMatchObject({ definition: { KeySchema, BillingMode: 'PAY_PER_REQUEST' } });
  expect(table?.streamArn).toBeUndefined();
});

test.each<[string, Uint8Array | string, RegExp | undefined]>([
  ['runs from the files of the archive', zipSync({ 'index.js': strToU8('exports.handler = () => 1') }), undefined],
  ['is a problem if the file is not an archive', '', /Greet\w+\.Properties\.Code: .*\.zip is not a zip archive/],
])('function code in an archive %s', (_, content, problem) => {
  const archive = join(emptyDirectory(), 'code.zip');
  writeFileSync(archive, content);
  const directory = synthesized((app) => {
    new LambdaFunction(new Stack(app, 'Test'), 'Greet', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(archive),
    });
  });
  if (problem) {
    expect(() => loadAssembly(directory)).toThrow(problem);
    return;
  }
  const { code } = loadAssembly(directory).functions[0] ?? {};
  expect(code).toEqual({ directory: expect.not.stringContaining(directory) });
  expect(readdirSync((code as { directory: string }).directory)).toEqual(['index.js']);
});

test.each([
  ['RUN npm ci', []],
  ['RUN apk add --no-cache curl', ['Programs that a Dockerfile installs']],
  ['RUN --mount=type=secret,id=token npm ci', ['Secrets of a build']],
  ['COPY --from=nginx:1 /etc/nginx ./', ['COPY from an image of a registry']],
])('%s in a Dockerfile has the rows %j', (instruction, types) => {
  const { notEmulated } = loadAssembly(appWithImage(`FROM node\n${instruction}\nCMD ["node"]`));
  expect(notEmulated.map(({ type }) => type).filter((type) => type !== 'AWS::EC2::*')).toEqual(types);
});

test('an image that is not of Node.js is listed as not emulated, and its container has the reason', () => {
  const { services, notEmulated } = loadAssembly(appWithImage('FROM nginx:1.29'));
  expect(notEmulated.map(({ type }) => type)).toContain('Images that are not of Node.js');
  expect(services[0]?.containers[0]).toMatchObject({
    cannotRun: 'its image cannot be built here: Dockerfile:1: FROM nginx:1.29: nginx:1.29 is not an image of Node.js',
  });
});

test('the build arguments and the target of an image asset decide its image', () => {
  const dockerfile =
    'FROM node AS first\nARG VERSION=1\nENV V=$VERSION\nCMD ["node", "first.js"]\nFROM first\nCMD ["node"]';
  const directory = appWithImage(dockerfile, {}, undefined, { target: 'first', buildArgs: { VERSION: '2' } });
  expect(loadAssembly(directory).services[0]?.containers[0]).toMatchObject({
    command: ['node', 'first.js'],
    environment: { V: '2' },
  });
});

test('an entry point in the template removes the command of the image', () => {
  const directory = appWithImage('FROM node\nENTRYPOINT ["node"]\nCMD ["index.js"]', {
    entryPoint: ['node', 'main.js'],
  });
  expect(loadAssembly(directory).services[0]?.containers[0]?.command).toEqual(['node', 'main.js']);
});

test('a command in the template replaces the command of the image', () => {
  const directory = appWithImage('FROM node\nENTRYPOINT ["node"]\nCMD ["index.js"]', { command: ['main.js'] });
  expect(loadAssembly(directory).services[0]?.containers[0]?.command).toEqual(['node', 'main.js']);
});

const secretsOf = (stack: Stack) => ({
  TOKEN: Secret.fromSsmParameter(StringParameter.fromStringParameterName(stack, 'Token', '/shop/token')),
  MODE: Secret.fromSsmParameter(StringParameter.fromStringParameterName(stack, 'Mode', 'mode')),
  KEY: Secret.fromSecretsManager(SecretsManagerSecret.fromSecretNameV2(stack, 'Key', 'shop/key')),
  USER: Secret.fromSecretsManager(SecretsManagerSecret.fromSecretNameV2(stack, 'Login', 'shop/login'), 'user'),
  OWN: Secret.fromSecretsManager(new SecretsManagerSecret(stack, 'Own', { secretName: 'own' })),
});

test('secrets of a container are variables with the values of the options and of the templates', () => {
  const { services, secrets, notEmulated } = loadAssembly(appWithImage('FROM node\nCMD ["node"]', {}, secretsOf), {
    values: {
      '/shop/token': 't1',
      'ssm:mode': 'fast',
      'secretsmanager:shop/key': 'k1',
      'secretsmanager:shop/login:user': 'me',
    },
  });
  expect(services[0]?.containers[0]?.environment).toEqual({
    TOKEN: 't1',
    MODE: 'fast',
    KEY: 'k1',
    USER: 'me',
    OWN: secrets.find(({ name }) => name === 'own')?.value,
  });
  expect(notEmulated.filter(({ type }) => type !== 'AWS::EC2::*')).toEqual([]);
});

test('a secret of a container without a value is listed with a fix, and its variable is absent', () => {
  const { services, notEmulated } = loadAssembly(appWithImage('FROM node\nCMD ["node"]', {}, secretsOf), {
    values: { 'secretsmanager:shop/key': 'k1' },
  });
  expect(Object.keys(services[0]?.containers[0]?.environment ?? {})).toEqual(['KEY', 'OWN']);
  const rows = notEmulated.filter(({ type }) => type !== 'AWS::EC2::*');
  expect(rows.map(({ type, meaning }) => [type, /Fix: .*/.exec(meaning)?.[0]])).toEqual([
    ['Secrets of containers (TOKEN)', 'Fix: pass --parameter /shop/token=VALUE.'],
    ['Secrets of containers (MODE)', 'Fix: pass --parameter /mode=VALUE.'],
    [
      'Secrets of containers (USER)',
      'Fix: write secretsmanager:shop/login:user=VALUE to a file, and pass it with --env-file.',
    ],
  ]);
});

test('the working directory is that of the task definition, or else that of the image', () => {
  const dockerfile = 'FROM node\nWORKDIR /app\nCMD ["node"]';
  const of = (directory: string) => loadAssembly(directory).services[0]?.containers[0]?.workingDirectory;
  expect(of(appWithImage(dockerfile))).toBe('/app');
  expect(of(appWithImage(dockerfile, { workingDirectory: '/other' }))).toBe('/other');
});

test('a variable of a container without a value is absent, as on ECS', () => {
  const directory = synthesized((app) => {
    const stack = new Stack(app, 'Test');
    new CfnService(stack, 'Service', { cluster: 'cluster', taskDefinition: Fn.ref('Task') });
    new CfnTaskDefinition(stack, 'Task', {
      containerDefinitions: [
        { name: 'web', image: 'nginx', environment: [{ name: 'REGION' }, { name: 'EMPTY', value: '' }] },
      ],
    });
  });
  expect(loadAssembly(directory).services[0]?.containers[0]?.environment).toEqual({ EMPTY: '' });
});

function mapping(properties: object) {
  return {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'Greet' }, EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] }, ...properties },
  };
}

function appWithImage(
  dockerfile: string,
  options: Partial<ContainerDefinitionOptions> = {},
  secretsIn: (stack: Stack) => Record<string, Secret> = () => ({}),
  asset: AssetImageProps = {},
): string {
  const context = emptyDirectory();
  writeFileSync(join(context, 'Dockerfile'), dockerfile);
  return synthesized((app) => {
    const stack = new Stack(app, 'Test');
    const taskDefinition = new FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('it', {
      image: ContainerImage.fromAsset(context, asset),
      secrets: secretsIn(stack),
      ...options,
    });
    new FargateService(stack, 'Service', {
      cluster: new Cluster(stack, 'Cluster'),
      taskDefinition,
      minHealthyPercent: 100,
    });
  });
}
