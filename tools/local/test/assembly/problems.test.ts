import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AssemblyError } from '../../assembly/assembly-error';
import { loadAssembly } from '../../assembly/load-assembly';
import { assemblyOf, emptyDirectory, synthesized } from './assembly-directory';

const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
const DATABASE = { Type: 'AWS::RDS::DBInstance' };

test('all unresolved references are reported together, each with its logical id and property', () => {
  const Greet = functionWith({
    HOST: { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] },
    STAGE: { Ref: 'Stage' },
    PASSWORD: '{{resolve:ssm:password}}',
  });
  const Parameters = { Stage: { Type: 'String' } };
  expect(problemsOf({ Parameters, Resources: { Role: ROLE, Database: DATABASE, Greet } })).toEqual([
    'Greet.Properties.Environment.Variables.HOST: Endpoint.Address of Database (AWS::RDS::DBInstance) has a value only in AWS. Fix: pass --parameter Database.Endpoint.Address=VALUE.',
    'Greet.Properties.Environment.Variables.STAGE: the parameter Stage has no value. Fix: pass --parameter Stage=VALUE.',
    'Greet.Properties.Environment.Variables.PASSWORD: the parameter password of Systems Manager has a value only in AWS. Fix: pass --parameter ssm:password=VALUE.',
  ]);
});

test('an unresolved reference that no run needs is not a problem', () => {
  const Endpoint = { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] };
  const Alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: Endpoint } };
  const Outputs = { Endpoint: { Value: Endpoint } };
  expect(problemsOf({ Resources: { Database: DATABASE, Alarm }, Outputs })).toEqual([]);
});

test('a policy for a resource that is not emulated is not a problem, and applies to no emulated resource', () => {
  const Resource = { 'Fn::GetAtt': ['Database', 'DbiResourceId'] };
  const Statement = [{ Effect: 'Allow', Action: 'rds-db:connect', Resource }];
  const Policies = [{ PolicyName: 'Db', PolicyDocument: { Version: '2012-10-17', Statement } }];
  const Role = { ...ROLE, Properties: { ...ROLE.Properties, Policies } };
  const { roles } = loadAssembly(assemblyOf({ Resources: { Database: DATABASE, Role } }));
  expect(roles[0]?.policies[0]?.document).toMatchObject({
    Statement: [{ Resource: 'arn:aws:not-emulated:::unknown' }],
  });
});

test('a resource whose condition is false is left out', () => {
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
  const Queue = { Type: 'AWS::SQS::Queue', Condition: 'Never' };
  expect(loadAssembly(assemblyOf({ Conditions, Resources: { Queue } })).queues).toEqual([]);
  const Greet = functionWith({ QUEUE: { Ref: 'Queue' } });
  expect(problemsOf({ Conditions, Resources: { Role: ROLE, Queue, Greet } })).toEqual([
    'Greet.Properties.Environment.Variables.QUEUE: there is no resource or parameter Queue',
  ]);
});

test('a parameter has its default value, and a list parameter is split', () => {
  const Parameters = {
    Size: { Type: 'Number', Default: 7 },
    Hosts: { Type: 'CommaDelimitedList', Default: 'a,b' },
  };
  const Greet = functionWith({ SIZE: { Ref: 'Size' }, HOST: { 'Fn::Select': [1, { Ref: 'Hosts' }] } });
  const { functions } = loadAssembly(assemblyOf({ Parameters, Resources: { Role: ROLE, Greet } }));
  expect(functions[0]?.environment).toEqual({ SIZE: '7', HOST: 'b' });
});

test('the default of a Systems Manager parameter is its name, so its value is unresolved without an option', () => {
  const Parameters = { Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/image' } };
  const Greet = functionWith({ IMAGE: { Ref: 'Image' } });
  expect(problemsOf({ Parameters, Resources: { Role: ROLE, Greet } })).toEqual([
    'Greet.Properties.Environment.Variables.IMAGE: the parameter /image of Systems Manager has a value only in AWS. Fix: pass --parameter /image=VALUE.',
  ]);
});

test('an import that no stack exports is a problem of the property that uses it', () => {
  const Greet = functionWith({ TABLE: { 'Fn::ImportValue': 'Elsewhere' } });
  expect(problemsOf({ Resources: { Role: ROLE, Greet } })).toEqual([
    'Greet.Properties.Environment.Variables.TABLE: no stack of the assembly exports Elsewhere. Fix: pass --parameter import:Elsewhere=VALUE.',
  ]);
});

test('a function whose code is not in the assembly is left out with the reason', () => {
  const Greet = functionWith({});
  const Far = { ...Greet, Properties: { ...Greet.Properties, Code: { S3Bucket: 'elsewhere', S3Key: 'far.zip' } } };
  const { functions, functionsThatDoNotRun } = loadAssembly(assemblyOf({ Resources: { Role: ROLE, Greet, Far } }));
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(['Greet']);
  expect(Object.values(functionsThatDoNotRun)).toEqual([
    'Far is nodejs24.x, and no asset of the assembly is uploaded as its code, far.zip.',
  ]);
});

test('a function whose asset was deleted after the synthesis is a problem', () => {
  const directory = synthesized((app) => {
    const stack = new Stack(app, 'Test');
    new LambdaFunction(stack, 'Greet', {
      ...{ runtime: Runtime.NODEJS_22_X, handler: 'clerk/index.handler' },
      code: Code.fromAsset(join(__dirname, '../fixture-handlers/clerk')),
    });
  });
  const [asset = ''] = readdirSync(directory).filter((name) => name.startsWith('asset.'));
  rmSync(join(directory, asset), { recursive: true });
  expect(() => loadAssembly(directory)).toThrow(
    `Properties.Code: its asset ${join(directory, asset)} does not exist. Fix: run cdk synth again`,
  );
});

test('a function on another runtime is left out with the reason, and a route to it exists', () => {
  const Greet = functionWith({});
  const Bean = { ...Greet, Properties: { ...Greet.Properties, Runtime: 'java21' } };
  const { notEmulated, functions, functionsThatDoNotRun, webSocketApis } = loadAssembly(
    assemblyOf({ Resources: { Role: ROLE, Bean, Greet, ...apiTo('Bean') } }),
  );
  const reason = 'Bean is java21: only Node.js and Python functions run here.';
  expect(notEmulated).toEqual([
    {
      type: 'AWS::Lambda::Function (Bean)',
      logicalIds: ['Bean'],
      meaning: `${reason} Its invocations fail.`,
    },
  ]);
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(['Greet']);
  const [functionArn = ''] = Object.keys(functionsThatDoNotRun);
  expect(functionsThatDoNotRun).toEqual({ [functionArn]: reason });
  expect(webSocketApis[0]?.routes).toEqual([
    expect.objectContaining({ integration: { type: 'AWS_PROXY', functionArn } }),
  ]);
});

test('an event source of a function that cannot run is left out with the reason', () => {
  const Greet = functionWith({});
  const Image = { ...Greet, Properties: { ...Greet.Properties, PackageType: 'Image', Runtime: undefined } };
  const Source = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: { Ref: 'Image' }, EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
  };
  const Queue = { Type: 'AWS::SQS::Queue' };
  const { eventSources, notEmulated } = loadAssembly(assemblyOf({ Resources: { Role: ROLE, Image, Queue, Source } }));
  expect(eventSources).toEqual([]);
  expect(notEmulated.map(({ logicalIds, meaning }) => [logicalIds, meaning])).toEqual([
    [['Image'], 'Image is a container image: only Node.js and Python functions run here. Its invocations fail.'],
    [['Source'], 'Its function cannot run here, so the source is not read.'],
  ]);
});

test('an invalid number is a problem', () => {
  const Queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'soon' } };
  expect(problemsOf({ Resources: { Queue } })).toEqual([
    'Queue.Properties.VisibilityTimeout: must be a number, got "soon"',
  ]);
});

test('the error message names the folder, then has one line for each problem', () => {
  const directory = assemblyOf({ Resources: { Role: ROLE, Greet: functionWith({ A: { Ref: 'B' } }) } });
  expect(() => loadAssembly(directory)).toThrow(
    `The cloud assembly in ${directory} cannot run here:\n- Greet.Properties.Environment.Variables.A: there is no resource or parameter B`,
  );
});

test('the error for a folder without an assembly has a fix', () => {
  const folder = emptyDirectory();
  expect(() => loadAssembly(folder)).toThrow(
    `There is no cloud assembly in "${folder}": it has no manifest.json. Fix: run cdk synth, and use the folder that it writes, which is cdk.out by default.`,
  );
});

test('the error for an invalid template names the file', () => {
  const directory = assemblyOf({});
  writeFileSync(join(directory, 'Test.template.json'), '{"Resources": ');
  expect(() => loadAssembly(directory)).toThrow(/Test\.template\.json is not JSON/);
});

test('an unknown type is listed separately as not emulated', () => {
  const Resources = { Trail: { Type: 'AWS::CloudTrail::Trail' }, Firewall: { Type: 'AWS::WAFv2::WebACL' } };
  expect(loadAssembly(assemblyOf({ Resources })).notEmulated).toEqual([
    { type: 'AWS::CloudTrail::Trail', logicalIds: ['Trail'], meaning: 'It does not exist here. Calls to it fail.' },
    { type: 'AWS::WAFv2::*', logicalIds: ['Firewall'], meaning: 'No request is filtered or limited by a firewall.' },
  ]);
});

/** @returns the problems in the lines of the error message. */
function problemsOf(template: object): string[] {
  const directory = assemblyOf(template);
  try {
    loadAssembly(directory);
    return [];
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    return error.message.split('\n- ').slice(1);
  }
}

function functionWith(Variables: Record<string, unknown>) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: 'exports.handler = async () => ({});' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: { Variables },
    },
  };
}

function apiTo(functionId: string) {
  const ApiId = { Ref: 'Api' };
  return {
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: 'live' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] },
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId,
        RouteKey: '$default',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
  };
}
