import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, type IFunction, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { webSocketLane } from '../lanes';
import { statementsOf, synthesisError, testStack } from '../synthesized';

const ENTRY = 'lambda/message.handler.ts';

function ownFunction(stack: Stack): LambdaFunction {
  return new LambdaFunction(stack, 'Own', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  });
}

/** The route whose integration calls this function. */
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
  const lane = webSocketLane(stack, {
    routes: { chat: { entry: ENTRY, reservedConcurrency: 5, environment: { ROOM: 'one' } } },
  });
  const [chat] = lane.functions.slice(3);

  test('is answered by a function of the lane, as it is asked for', () => {
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

  test('may only log and be traced until it is granted more', () => {
    expect(chat && statementsOf(stack, chat)).toHaveLength(2);
  });
});

describe('a route that is added', () => {
  const stack = testStack();
  const lane = webSocketLane(stack);
  const own = ownFunction(stack);
  const added = lane.addRoute('own', { handler: own });
  const bundled = lane.addRoute('silent', { entry: ENTRY, returnResponse: false });
  const warm = lane.addRoute('warm', {
    entry: ENTRY,
    provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 },
  });

  test('is answered by the function that is given, which API Gateway may call', () => {
    expect(added).toBe(own);
    expect(routeOf(stack, own)).toMatchObject({ RouteKey: 'own' });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: stack.resolve(own.functionArn),
      Principal: 'apigateway.amazonaws.com',
    });
  });

  test('sends nothing back if it is asked to be silent', () => {
    expect(routeOf(stack, bundled)).toMatchObject({ RouteKey: 'silent' });
    expect(routeOf(stack, bundled)).not.toHaveProperty('RouteResponseSelectionExpression');
    Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::RouteResponse', 3);
  });

  test('calls the warm copies', () => {
    expect(routeOf(stack, warm)).toMatchObject({ RouteKey: 'warm' });
    expect(lane.functions.at(-1)?.invocable).toBe(warm);
  });

  test('is a function of the lane only if the lane made it', () => {
    expect(lane.functions).toHaveLength(5);
  });
});

test('two routes of one function are both allowed to call it', () => {
  const stack = testStack();
  const handler = ownFunction(stack);
  webSocketLane(stack, { routes: { one: { handler }, two: { handler } } });
  Template.fromStack(stack).resourcePropertiesCountIs(
    'AWS::Lambda::Permission',
    { FunctionName: stack.resolve(handler.functionArn) },
    2,
  );
});

test('every name that is no route key is told, from the prop or added, and so is a timeout beyond API Gateway', () => {
  const message = synthesisError((stack) => {
    const handler = ownFunction(stack);
    const lane = webSocketLane(stack, { routes: { $connect: { handler }, 'a/b': { handler } } });
    lane.addRoute('$default', { handler });
    lane.addRoute('slow', { entry: ENTRY, timeout: Duration.seconds(30) });
  });
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/WebSocketLane/Routes] routes must be named by 1 to 64 letters, digits, _ and -, got "$connect": rename it',
    '  [Test/WebSocketLane/Routes] routes must be named by 1 to 64 letters, digits, _ and -, got "a/b": rename it',
    '  [Test/WebSocketLane/Routes] routes must be named by 1 to 64 letters, digits, _ and -, got "$default": rename it',
    '  [Test/WebSocketLane/Routes] routes.slow.timeout must be at most 29 s, got 30 s: API Gateway ends the integration then; shorten it',
  ]);
});

test('a route that is added twice is told, and stays what it was', () => {
  const message = synthesisError((stack) => {
    const handler = ownFunction(stack);
    const lane = webSocketLane(stack, { routes: { chat: { entry: ENTRY }, 'a/b': { entry: ENTRY } } });
    const [chat] = lane.functions.slice(3);
    expect(lane.addRoute('chat', { handler })).toBe(chat?.invocable);
    expect(lane.addRoute('chat', { entry: ENTRY })).toBe(chat?.invocable);
    lane.addRoute('a/b', { entry: ENTRY });
    expect(lane.functions).toHaveLength(5);
  });
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/WebSocketLane/Routes] routes must be named by 1 to 64 letters, digits, _ and -, got "a/b": rename it',
    '  [Test/WebSocketLane/Routes] routes must have a name each, got "chat" twice: rename one',
    '  [Test/WebSocketLane/Routes] routes must have a name each, got "chat" twice: rename one',
    '  [Test/WebSocketLane/Routes] routes must have a name each, got "a/b" twice: rename one',
  ]);
});
