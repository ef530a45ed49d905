import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import {
  Cluster,
  type ContainerDefinitionOptions,
  ContainerImage,
  FargateService,
  FargateTaskDefinition,
  Secret,
} from 'aws-cdk-lib/aws-ecs';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
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
    'AWS::Lambda::Function (image)',
  ],
  ['a layer', { Type: 'AWS::Lambda::LayerVersion', Properties: {} }, 'AWS::Lambda::LayerVersion'],
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

test('a route without a function is left out, and its integration is listed as not emulated', () => {
  const ApiId = { Ref: 'Api' };
  const { webSocketApis, notEmulated } = loadAssembly(
    assemblyOf({
      Resources: {
        Api: {
          Type: 'AWS::ApiGatewayV2::Api',
          Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
        },
        Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: 'live' } },
        Mock: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId, IntegrationType: 'MOCK' } },
        Route: {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: { ApiId, RouteKey: 'ping', Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Mock' }]] } },
        },
      },
    }),
  );
  expect(webSocketApis).toMatchObject([{ routes: [] }]);
  expect(notEmulated).toMatchObject([{ type: 'AWS::ApiGatewayV2::Integration (MOCK)', logicalIds: ['Mock'] }]);
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

test('function code in an archive is a problem, because it is not unpacked', () => {
  const archive = join(emptyDirectory(), 'code.zip');
  writeFileSync(archive, '');
  const directory = synthesized((app) => {
    new LambdaFunction(new Stack(app, 'Test'), 'Greet', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(archive),
    });
  });
  expect(() => loadAssembly(directory)).toThrow(
    /Greet\w+\.Properties\.Code: .*\.zip is an archive: give the CDK the folder/,
  );
});

test.each([
  ['RUN in a Dockerfile is listed as not emulated', 'FROM node\nRUN npm ci\nCMD ["node"]', ['RUN in a Dockerfile']],
  ['a Dockerfile without RUN is fully emulated', 'FROM node\nCMD ["node"]', []],
])('%s', (_, dockerfile, types) => {
  const { notEmulated } = loadAssembly(appWithImage(dockerfile));
  expect(notEmulated.map(({ type }) => type).filter((type) => type !== 'AWS::EC2::*')).toEqual(types);
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

test('secrets of a container are listed as not emulated', () => {
  const secrets = (stack: Stack) => ({
    TOKEN: Secret.fromSsmParameter(StringParameter.fromStringParameterName(stack, 'Token', '/token')),
  });
  const { notEmulated } = loadAssembly(appWithImage('FROM node\nCMD ["node"]', {}, secrets));
  expect(notEmulated).toContainEqual(expect.objectContaining({ type: 'Secrets of containers' }));
});

test('an image without a command is a problem', () => {
  expect(() => loadAssembly(appWithImage('FROM node'))).toThrow(
    /Task\w+\.Properties\.ContainerDefinitions\.0\.Image: no command to run. Fix: set CMD or ENTRYPOINT in the Dockerfile, or Command in the template/,
  );
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
): string {
  const context = emptyDirectory();
  writeFileSync(join(context, 'Dockerfile'), dockerfile);
  return synthesized((app) => {
    const stack = new Stack(app, 'Test');
    const taskDefinition = new FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('it', {
      image: ContainerImage.fromAsset(context),
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
