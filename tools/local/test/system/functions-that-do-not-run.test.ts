import { once } from 'node:events';
import { WebSocket } from 'ws';
import { assemblyOf } from '../assembly/assembly-directory';
import { RunningApp } from '../running-app';

jest.setTimeout(30_000);

const REASON = /^Bean is java21: only Node\.js and Python functions run here\.$/;

let app: RunningApp;

beforeAll(async () => {
  app = await RunningApp.start(
    assemblyOf({
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: {} },
        Bean: fn('java21', { S3Bucket: 'assets', S3Key: 'bean.jar' }),
        Greet: fn('nodejs24.x', { ZipFile: 'exports.handler = async () => ({ statusCode: 200, body: "hello" })' }),
        ...api('Closed', { $connect: 'Bean' }),
        ...api('Open', { $connect: 'Greet', $default: 'Bean', greet: 'Greet' }),
        ...loadBalancer('Bean'),
        Work: { Type: 'AWS::SQS::Queue' },
        Source: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { FunctionName: { Ref: 'Bean' }, EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] } },
        },
      },
    }),
  );
});

afterAll(() => app.stop());

function fn(Runtime: string, Code: object) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: { Runtime, Code, Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
  };
}

/** A WebSocket API, from route keys to the logical ids of their functions. */
function api(id: string, routes: Readonly<Record<string, string>>): Record<string, object> {
  const ApiId = { Ref: id };
  const parts = Object.entries(routes).flatMap(([RouteKey, functionId]): [string, object][] => {
    const name = id + RouteKey.replace('$', '');
    const uri = {
      'Fn::Sub': `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\${${functionId}.Arn}/invocations`,
    };
    const Target = { 'Fn::Join': ['/', ['integrations', { Ref: `${name}Integration` }]] };
    return [
      [
        `${name}Integration`,
        {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: uri },
        },
      ],
      [`${name}Route`, { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId, RouteKey, Target } }],
      [
        `${name}Response`,
        {
          Type: 'AWS::ApiGatewayV2::RouteResponse',
          Properties: { ApiId, RouteId: { Ref: `${name}Route` }, RouteResponseKey: '$default' },
        },
      ],
    ];
  });
  return {
    [id]: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: id, ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    },
    [`${id}Stage`]: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: 'live' } },
    ...Object.fromEntries(parts),
  };
}

function loadBalancer(functionId: string): Record<string, object> {
  const DefaultActions = [{ Type: 'forward', TargetGroupArn: { Ref: 'Group' } }];
  return {
    Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: { LoadBalancerArn: { Ref: 'Balancer' }, Port: 80, Protocol: 'HTTP', DefaultActions },
    },
    Group: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: { TargetType: 'lambda', Targets: [{ Id: { 'Fn::GetAtt': [functionId, 'Arn'] } }] },
    },
  };
}

test('a $connect whose function cannot run refuses the handshake as a failed integration, and the log says why', async () => {
  const socket = new WebSocket(app.url('websocket', 'Closed'));
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toBe('Unexpected server response: 502');
  await app.line(({ process, text }) => process === 'websocket' && REASON.test(text));
});

test('a message to a function that cannot run is answered as a failed integration, and other routes work', async () => {
  const socket = new WebSocket(app.url('websocket', 'Open'));
  await once(socket, 'open');
  const answerTo = async (text: string) => {
    socket.send(text);
    return String((await once(socket, 'message'))[0]);
  };
  expect(JSON.parse(await answerTo('{"action":"other"}'))).toMatchObject({ message: 'Internal server error' });
  expect(await answerTo('{"action":"greet"}')).toBe('hello');
  socket.terminate();
});

test('a load balancer answers 502 for a function that cannot run, and the log says why', async () => {
  const response = await fetch(app.url('http'));
  expect(response.status).toBe(502);
  await app.line(({ process, text }) => process === 'http' && REASON.test(text));
});

test('the function and its event source are listed as not emulated', () => {
  expect(app.notEmulated).toEqual(['AWS::Lambda::Function (Bean)', 'AWS::Lambda::EventSourceMapping (function)']);
});
