import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssemblyError } from '../../assembly/assembly-error';
import { loadAssembly } from '../../assembly/load-assembly';
import { assemblyOf, emptyDirectory } from './assembly-directory';

const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
const DATABASE = { Type: 'AWS::RDS::DBInstance' };

test('all unresolved references are reported together, each with its logical id and property', () => {
  const Greet = functionWith({
    HOST: { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] },
    STAGE: { Ref: 'Stage' },
    PASSWORD: '{{resolve:ssm-secure:password}}',
  });
  const Parameters = { Stage: { Type: 'String' } };
  expect(problemsOf({ Parameters, Resources: { Role: ROLE, Database: DATABASE, Greet } })).toEqual([
    'Greet.Properties.Environment.Variables.HOST: Endpoint.Address of Database (AWS::RDS::DBInstance) has a value only in AWS',
    'Greet.Properties.Environment.Variables.STAGE: the parameter Stage has no default',
    'Greet.Properties.Environment.Variables.PASSWORD: the dynamic reference {{resolve:ssm-secure:password}} has a value only in AWS',
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

test('the default of a Systems Manager parameter is its name, so its value is unresolved', () => {
  const Parameters = { Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/image' } };
  const Greet = functionWith({ IMAGE: { Ref: 'Image' } });
  expect(problemsOf({ Parameters, Resources: { Role: ROLE, Greet } })).toEqual([
    'Greet.Properties.Environment.Variables.IMAGE: the parameter Image has a value only in AWS Systems Manager',
  ]);
});

test('an import that no stack exports is a problem of the property that uses it', () => {
  const Greet = functionWith({ TABLE: { 'Fn::ImportValue': 'Elsewhere' } });
  expect(problemsOf({ Resources: { Role: ROLE, Greet } })).toEqual([
    'Greet.Properties.Environment.Variables.TABLE: no stack of the assembly exports Elsewhere',
  ]);
});

test('a function whose asset is missing is a problem', () => {
  const Greet = functionWith({});
  const Properties = { ...Greet.Properties, Code: { S3Bucket: 'assets', S3Key: 'gone.zip' } };
  expect(problemsOf({ Resources: { Role: ROLE, Greet: { ...Greet, Properties } } })).toEqual([
    'Greet.Properties.Code: no asset of the assembly is uploaded as gone.zip',
  ]);
});

test('a function on another runtime is not a problem, but a route to it is', () => {
  const Greet = functionWith({});
  const Snake = { ...Greet, Properties: { ...Greet.Properties, Runtime: 'python3.13' } };
  expect(loadAssembly(assemblyOf({ Resources: { Role: ROLE, Snake } })).notEmulated).toEqual([
    {
      type: 'AWS::Lambda::Function (python3.13)',
      logicalIds: ['Snake'],
      meaning: 'Only functions on Node.js run here.',
    },
  ]);
  expect(problemsOf({ Resources: { Role: ROLE, Snake, ...apiTo('Snake') } })).toEqual([
    expect.stringMatching(/^Integration\.Properties\.IntegrationUri: .*Snake.* is not a function of this assembly$/),
  ]);
});

test('an API without a stage is a problem', () => {
  const { Stage: _, ...api } = apiTo('Greet');
  expect(problemsOf({ Resources: { Role: ROLE, Greet: functionWith({}), ...api } })).toEqual([
    'Api: the API has no stage, so nothing could connect to it',
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
  expect(() => loadAssembly(emptyDirectory())).toThrow(/manifest\.json cannot be read. Fix: run cdk synth again$/);
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
