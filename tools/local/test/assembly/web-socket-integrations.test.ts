import { loadAssembly } from '../../assembly/load-assembly';
import { AssemblyError } from '../../assembly/assembly-error';
import { assemblyOf } from './assembly-directory';

const ApiId = { Ref: 'Api' };
const ROLE = 'arn:aws:iam::000000000000:role/gateway';
const NO_MAPPING = {
  requestTemplates: {},
  passthroughBehavior: 'WHEN_NO_MATCH',
  requestParameters: {},
  responses: [],
};
const Greet = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'greet',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: 'exports.handler = async () => ({});' },
    Role: ROLE,
  },
};
const GREET_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:greet';

test('a MOCK integration has its templates, its parameters and its responses', () => {
  const { blueprint } = loaded({
    IntegrationType: 'MOCK',
    RequestTemplates: { '200': '{"statusCode":200}', object: { statusCode: 200 } },
    TemplateSelectionExpression: '200',
    PassthroughBehavior: 'NEVER',
    RequestParameters: { 'integration.request.header.id': 'context.connectionId' },
  });
  expect(blueprint.webSocketApis[0]?.routes).toEqual([
    {
      routeKey: '$connect',
      timeoutMs: 29_000,
      returnsResponse: false,
      integration: {
        type: 'MOCK',
        requestTemplates: { '200': '{"statusCode":200}', object: '{"statusCode":200}' },
        templateSelectionExpression: '200',
        passthroughBehavior: 'NEVER',
        requestParameters: { 'integration.request.header.id': 'context.connectionId' },
        responses: [
          { key: '/200/', templates: { '200': '{"pong":true}' }, templateSelectionExpression: '200', parameters: {} },
        ],
      },
    },
  ]);
});

test.each([
  ['dynamodb:action/PutItem', { service: 'dynamodb', region: 'us-east-1', action: 'PutItem' }],
  ['sqs:path/000000000000/orders', { service: 'sqs', region: 'us-east-1', path: '000000000000/orders' }],
  ['sns:path//', { service: 'sns', region: 'us-east-1', path: '/' }],
  ['sns:action/Publish', { service: 'sns', region: 'us-east-1', action: 'Publish' }],
  [`lambda:path/2015-03-31/functions/${GREET_ARN}/invocations`, { functionArn: GREET_ARN }],
])('an AWS integration with the URI %s calls %j with its role', (path, target) => {
  const IntegrationUri = { 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:${path}` };
  const { blueprint, integration } = loaded({ IntegrationType: 'AWS', IntegrationUri, CredentialsArn: ROLE }, []);
  expect(integration).toEqual({ type: 'AWS', target, credentialsArn: ROLE, ...NO_MAPPING });
  expect(blueprint.roles).toMatchObject([{ arn: ROLE }]);
});

test.each([
  [
    'AWS: states',
    { IntegrationType: 'AWS', IntegrationUri: 'arn:aws:apigateway:r:states:action/StartExecution' },
    'the service states',
  ],
  ['HTTP', { IntegrationType: 'HTTP', IntegrationUri: 'https://example.org' }, 'an integration of type HTTP'],
  [
    'HTTP_PROXY',
    { IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://example.org' },
    'an integration of type HTTP_PROXY',
  ],
])('the routes of an integration %s exist and fail, and it is listed as not emulated', (type, properties, what) => {
  const { blueprint, integration } = loaded(properties);
  expect(integration).toEqual({ type: 'NONE', reason: `${what} does not run here` });
  expect(blueprint.notEmulated).toContainEqual({
    type: `AWS::ApiGatewayV2::Integration (${type})`,
    logicalIds: ['Integration'],
    meaning: 'What it calls does not run here: its routes fail with Internal server error.',
  });
});

test('an AWS integration with a URI of another form is a problem', () => {
  expect(() => loaded({ IntegrationType: 'AWS', IntegrationUri: 'https://example.org' })).toThrow(AssemblyError);
});

test.each(['MOCK', 'AWS_PROXY'])('a route with the integration %s has its authorizer', (IntegrationType) => {
  const { blueprint } = loaded({ IntegrationType, IntegrationUri: GREET_ARN }, [], {
    AuthorizationType: 'CUSTOM',
    AuthorizerId: { Ref: 'Authorizer' },
  });
  expect(blueprint.webSocketApis[0]?.routes[0]?.authorizer).toEqual({
    functionArn: GREET_ARN,
    identitySources: ['route.request.querystring.token'],
  });
});

test('a conversion to binary is listed as not emulated', () => {
  const { blueprint } = loaded({ IntegrationType: 'MOCK', ContentHandlingStrategy: 'CONVERT_TO_BINARY' });
  expect(blueprint.notEmulated.map(({ type }) => type)).toContain('AWS::ApiGatewayV2::Integration (CONVERT_TO_BINARY)');
});

const RESPONSES = [
  {
    Type: 'AWS::ApiGatewayV2::IntegrationResponse',
    Properties: {
      ApiId,
      IntegrationId: { Ref: 'Integration' },
      IntegrationResponseKey: '/200/',
      ResponseTemplates: { '200': '{"pong":true}' },
      TemplateSelectionExpression: '200',
    },
  },
];

function loaded(integration: object, responses: readonly object[] = RESPONSES, route: object = {}) {
  const blueprint = loadAssembly(
    assemblyOf({
      Resources: {
        Greet,
        Api: {
          Type: 'AWS::ApiGatewayV2::Api',
          Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
        },
        Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: 'live' } },
        Authorizer: {
          Type: 'AWS::ApiGatewayV2::Authorizer',
          Properties: {
            ApiId,
            AuthorizerType: 'REQUEST',
            AuthorizerUri: GREET_ARN,
            IdentitySource: ['route.request.querystring.token'],
          },
        },
        Integration: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId, ...integration } },
        ...Object.fromEntries(responses.map((response, index) => [`Response${index}`, response])),
        Route: {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: {
            ApiId,
            RouteKey: '$connect',
            Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
            ...route,
          },
        },
      },
    }),
  );
  return { blueprint, integration: blueprint.webSocketApis[0]?.routes[0]?.integration };
}
