import { loadAssembly } from '../../assembly/load-assembly';
import { assemblyOf } from './assembly-directory';

const ApiId = { Ref: 'Api' };
const Api = {
  Type: 'AWS::ApiGatewayV2::Api',
  Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
};
const Role = { Type: 'AWS::IAM::Role', Properties: {} };
const Greet = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'greet',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: 'exports.handler = async () => ({});' },
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  },
};
const Integration = {
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: {
      'Fn::Sub': 'arn:${AWS::Partition}:apigateway:r:lambda:path/2015-03-31/functions/${Greet.Arn}/invocations',
    },
    TimeoutInMillis: 1500,
  },
};
const Stage = stage('live', { StageVariables: { color: 'blue' }, DefaultRouteSettings: { ThrottlingRateLimit: 5 } });
const Route = route('$connect');

test('a stage has its variables and its throttling limit', () => {
  expect(loaded({}).webSocketApis[0]?.stage).toEqual({ name: 'live', variables: { color: 'blue' }, rateLimit: 5 });
});

test("a route has its integration's function and timeout", () => {
  expect(loaded({}).webSocketApis[0]?.routes).toEqual([
    {
      routeKey: '$connect',
      integration: { type: 'AWS_PROXY', functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:greet' },
      timeoutMs: 1500,
      returnsResponse: false,
    },
  ]);
});

test('the first stage runs with the domains that map to it, and the others are listed as not emulated', () => {
  const mapping = (DomainName: string, Stage: string) => ({
    Type: 'AWS::ApiGatewayV2::ApiMapping',
    Properties: { ApiId, DomainName, Stage },
  });
  const { webSocketApis, notEmulated } = loaded({
    Other: stage('beta', {}),
    ToLive: mapping('live.example.org', 'live'),
    ToOther: mapping('beta.example.org', 'beta'),
  });
  expect(webSocketApis).toMatchObject([
    { stage: { name: 'live' }, domains: [{ host: 'live.example.org', mappingKey: '' }] },
  ]);
  expect(notEmulated).toEqual([expect.objectContaining({ type: 'AWS::ApiGatewayV2::Stage', logicalIds: ['Other'] })]);
});

test('a route that requires signatures says so', () => {
  const { webSocketApis, notEmulated } = loaded({ Route: route('$connect', { AuthorizationType: 'AWS_IAM' }) });
  expect(webSocketApis[0]?.routes[0]).toMatchObject({ requiresSignature: true });
  expect(notEmulated).toEqual([]);
});

test('an API without a stage is listed as not emulated, and the others run', () => {
  const Other = { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } };
  const { webSocketApis, notEmulated } = loaded({ Other });
  expect(webSocketApis.map(({ logicalId }) => logicalId)).toEqual(['Api']);
  expect(notEmulated).toEqual([
    {
      type: 'AWS::ApiGatewayV2::Api (without a stage)',
      logicalIds: ['Other'],
      meaning: 'An API without a stage has no endpoint, on AWS and here.',
    },
  ]);
});

test('a route that requires an API key is listed as not emulated', () => {
  const { notEmulated } = loaded({ Route: route('$connect', { ApiKeyRequired: true }) });
  expect(notEmulated).toMatchObject([{ type: 'AWS::ApiGatewayV2::Route (ApiKeyRequired)', logicalIds: ['Route'] }]);
});

test('an authorizer of another assembly is a problem, and does not leave the route open', () => {
  const Closed = route('$connect', { AuthorizationType: 'CUSTOM', AuthorizerId: 'abc123' });
  expect(() => loaded({ Route: Closed })).toThrow(
    'Route.Properties.AuthorizerId: abc123 is not an authorizer of this assembly',
  );
});

test('a route without an integration is a problem', () => {
  expect(() => loaded({ Route: route('$connect', { Target: 'integrations/abc123' }) })).toThrow(
    'Route.Properties.Target: integrations/abc123 is not an integration of this assembly',
  );
});

function loaded(more: object) {
  return loadAssembly(assemblyOf({ Resources: { Api, Role, Greet, Integration, Stage, Route, ...more } }));
}

function stage(StageName: string, properties: object) {
  return { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName, ...properties } };
}

function route(RouteKey: string, properties: object = {}) {
  const Target = { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] };
  return { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId, RouteKey, Target, ...properties } };
}
