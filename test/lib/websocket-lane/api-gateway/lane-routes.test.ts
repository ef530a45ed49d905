import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CfnElement, Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, type IFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LaneFunction } from '../../../../lib/functions/lane-function';
import { LaneRoute } from '../../../../lib/websocket-lane/api-gateway/lane-route';
import { apiGateway } from '../../lanes';
import { statementsOf, synthesisError, testStack } from '../../synthesized';

const ENTRY = 'lambda/message.handler.ts';

function ownFunction(stack: Stack): LambdaFunction {
  return new LambdaFunction(stack, 'Own', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  });
}

/** @returns the environment variables of a function, resolved */
function variablesOf(stack: Stack, { function: fn }: LaneFunction): Record<string, unknown> {
  const { Properties } =
    Template.fromStack(stack).toJSON().Resources[stack.getLogicalId(fn.node.defaultChild as CfnElement)];
  return Properties.Environment.Variables;
}

/** Route whose integration invokes this function. */
function routeOf(stack: Stack, fn: IFunction): Record<string, unknown> | undefined {
  const template = Template.fromStack(stack);
  const [integration] = Object.keys(
    template.findResources('AWS::ApiGatewayV2::Integration', {
      Properties: {
        IntegrationUri: { 'Fn::Join': ['', Match.arrayWith([stack.resolve(fn.functionArn)]) as unknown as string[]] },
      },
    }),
  );
  const target = JSON.stringify({ 'Fn::Join': ['', ['integrations/', { Ref: integration }]] });
  return Object.values(template.findResources('AWS::ApiGatewayV2::Route'))
    .map(({ Properties }) => Properties)
    .find(({ Target }) => JSON.stringify(Target) === target);
}

describe('a route from a source file', () => {
  const stack = testStack();
  const lane = apiGateway(stack, {
    routes: { chat: LaneRoute.bundled({ entry: ENTRY, reservedConcurrency: 5, environment: { ROOM: 'one' } }) },
  });
  const [chat] = lane.functions.slice(3);

  test('invokes a function of the lane with the given options', () => {
    expect(chat && routeOf(stack, chat.invocable)).toMatchObject({
      RouteKey: 'chat',
      AuthorizationType: 'NONE',
      RouteResponseSelectionExpression: '$default',
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: answers frames with the action chat',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      ReservedConcurrentExecutions: 5,
      Environment: { Variables: { ROOM: 'one' } },
    });
  });

  test('has only permission to log and to trace until it is granted more', () => {
    expect(chat && statementsOf(stack, chat)).toHaveLength(2);
  });
});

describe('a route with a session', () => {
  const stack = testStack();
  const lane = apiGateway(stack, {
    routes: { roll: LaneRoute.bundled({ entry: ENTRY, session: true, environment: { SIDES: '6' } }) },
  });
  const [roll] = lane.functions.slice(3);

  test('has the environment of the message function and its own variables', () => {
    expect(roll && variablesOf(stack, roll)).toEqual({
      ...variablesOf(stack, lane.message),
      SIDES: '6',
    });
  });

  test('has the grants of the message function', () => {
    const actions = (fn: LaneFunction) =>
      statementsOf(stack, fn).map((statement) => (statement as { Action: unknown }).Action);
    const traces = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
    const [logs, ...grants] = actions(lane.message);
    // It is traced, and the message function is not.
    expect(roll && actions(roll)).toEqual([logs, traces, ...grants]);
  });
});

describe('an added route', () => {
  const stack = testStack();
  const lane = apiGateway(stack);
  const own = ownFunction(stack);
  const added = lane.addRoute('own', LaneRoute.function(own));
  const bundled = lane.addRoute('silent', LaneRoute.bundled({ entry: ENTRY, returnResponse: false }));
  const warm = lane.addRoute(
    'warm',
    LaneRoute.bundled({ entry: ENTRY, provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } }),
  );

  test('invokes the given function, with permission for API Gateway', () => {
    expect(added).toBe(own);
    expect(routeOf(stack, own)).toMatchObject({ RouteKey: 'own' });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: stack.resolve(own.functionArn),
      Principal: 'apigateway.amazonaws.com',
    });
  });

  test('sends no response if responses are disabled', () => {
    expect(routeOf(stack, bundled)).toMatchObject({ RouteKey: 'silent' });
    expect(routeOf(stack, bundled)).not.toHaveProperty('RouteResponseSelectionExpression');
    Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::RouteResponse', 3);
  });

  test('invokes the alias with provisioned concurrency', () => {
    expect(routeOf(stack, warm)).toMatchObject({ RouteKey: 'warm' });
    expect(lane.functions.at(-1)?.invocable).toBe(warm);
  });

  test('adds a function to the lane only if the lane creates it', () => {
    expect(lane.functions).toHaveLength(5);
  });
});

test('two routes of one function both have permission to invoke it', () => {
  const stack = testStack();
  const handler = ownFunction(stack);
  const route = LaneRoute.function(handler);
  apiGateway(stack, { routes: { one: route, two: route } });
  Template.fromStack(stack).resourcePropertiesCountIs(
    'AWS::Lambda::Permission',
    { FunctionName: stack.resolve(handler.functionArn) },
    2,
  );
});

test('invalid route names and a timeout longer than that of API Gateway are reported together', () => {
  const message = synthesisError((stack) => {
    const route = LaneRoute.function(ownFunction(stack));
    const lane = apiGateway(stack, { routes: { 'a/b': route } });
    lane.addRoute('', route);
    lane.addRoute('slow', LaneRoute.bundled({ entry: ENTRY, timeout: Duration.seconds(30) }));
  });
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/WebSocketLane/Routes] routes must be named by 1 to 64 letters, digits, _ and -, got "a/b". Fix: rename the route',
    '  [Test/WebSocketLane/Routes] routes must be named by 1 to 64 letters, digits, _ and -, got "". Fix: rename the route',
    '  [Test/WebSocketLane/Routes] routes.slow.timeout must be at most 29 s, when API Gateway ends an integration, got 30 s. Fix: shorten it',
  ]);
});

test('a route that is added twice is reported, and the first one remains', () => {
  const message = synthesisError((stack) => {
    const own = LaneRoute.function(ownFunction(stack));
    const bundled = LaneRoute.bundled({ entry: ENTRY });
    const lane = apiGateway(stack, { routes: { chat: bundled, 'a/b': bundled } });
    const [chat] = lane.functions.slice(3);
    expect(lane.addRoute('chat', own)).toBe(chat?.invocable);
    expect(lane.addRoute('chat', bundled)).toBe(chat?.invocable);
    lane.addRoute('a/b', bundled);
    expect(lane.functions).toHaveLength(5);
  });
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/WebSocketLane/Routes] routes must be named by 1 to 64 letters, digits, _ and -, got "a/b". Fix: rename the route',
    '  [Test/WebSocketLane/Routes] routes must have different names, got "chat" twice. Fix: rename one',
    '  [Test/WebSocketLane/Routes] routes must have different names, got "chat" twice. Fix: rename one',
    '  [Test/WebSocketLane/Routes] routes must have different names, got "a/b" twice. Fix: rename one',
  ]);
});

test.each(['$connect', '$disconnect', '$default', 'subscribe', 'unsubscribe', 'publish', 'ping', 'presence'])(
  'a route with the name %s, which the protocol uses, is rejected',
  (name) => {
    const message = synthesisError((stack) => {
      apiGateway(stack, { routes: { [name]: LaneRoute.function(ownFunction(stack)) } });
    });
    expect(message.split('\n').slice(1)).toEqual([
      `  [Test/WebSocketLane/Routes] routes must not use a name of the protocol, got "${name}". Fix: choose a name other than $connect, $disconnect, $default, subscribe, unsubscribe, publish, ping, presence`,
    ]);
  },
);

describe('the entry of a route', () => {
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  test('is relative to the working directory of the app', () => {
    const app = mkdtempSync(join(tmpdir(), 'app-'));
    writeFileSync(join(app, 'chat.ts'), 'export const handler = async () => ({ statusCode: 200 });');
    process.chdir(app);
    const stack = testStack();
    const lane = apiGateway(stack, { routes: { chat: LaneRoute.bundled({ entry: 'chat.ts' }) } });
    const [chat] = lane.functions.slice(3);
    expect(chat && routeOf(stack, chat.invocable)).toMatchObject({ RouteKey: 'chat' });
  });

  test('is rejected with its full path if the file does not exist', () => {
    const message = synthesisError((stack) => {
      apiGateway(stack, { routes: { chat: LaneRoute.bundled({ entry: 'lambda/chat.ts' }) } });
    });
    expect(message.split('\n').slice(1)).toEqual([
      `  [Test/WebSocketLane/Routes/chat/Function] entry must be a file, got "lambda/chat.ts", which is ${join(home, 'lambda/chat.ts')}. Fix: write the path as seen from ${home}, where the app runs`,
    ]);
  });
});
