import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { MessageLog } from '../../../../lib/storage/message-log';
import { LaneRoute } from '../../../../lib/websocket-lane/api-gateway/lane-route';
import { admission, apiGateway, ORIGIN, webSocketLane, withApi } from '../../lanes';
import { synthesisError, templateOf, testStack } from '../../synthesized';

describe('the options of a WebSocket lane with an API', () => {
  test('include the throttle, the retention and the allowed origins', () => {
    const template = templateOf((stack) => {
      webSocketLane(stack, {
        ...withApi({ throttle: { rateLimit: 400 } }),
        allowedOrigins: [ORIGIN, 'http://localhost:5173'],
        removalPolicy: RemovalPolicy.DESTROY,
        logRetention: RetentionDays.ONE_WEEK,
        messageLog: new MessageLog(stack, 'Log', { messageRetention: Duration.hours(1) }),
      });
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 400, ThrottlingBurstLimit: 500 },
    });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 7 } });
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ALLOWED_ORIGINS: 'https://app.example.com,http://localhost:5173' } },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { MESSAGE_RETENTION_SECONDS: '3600' } },
    });
  });

  test('include the logging role of the account, which is created before the stage', () => {
    const template = templateOf((stack) => {
      apiGateway(stack, { accountLoggingRole: true });
    });
    const [account] = Object.keys(template.findResources('AWS::ApiGateway::Account'));
    template.hasResource('AWS::ApiGatewayV2::Stage', { DependsOn: Match.arrayWith([account]) });
  });

  test('include an authorizer, which applies to $connect only', () => {
    const template = templateOf((stack) => {
      const handler = LambdaFunction.fromFunctionName(stack, 'Authorize', 'authorize');
      apiGateway(stack, {
        authorizer: new WebSocketLambdaAuthorizer('Authorizer', handler, {
          identitySource: ['route.request.querystring.ticket'],
        }),
        routes: { chat: LaneRoute.function(handler) },
      });
    });
    const [authorizer] = Object.keys(template.findResources('AWS::ApiGatewayV2::Authorizer'));
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: '$connect',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: authorizer },
    });
    template.resourcePropertiesCountIs('AWS::ApiGatewayV2::Route', { AuthorizationType: 'NONE' }, 3);
  });

  test('include the reserved concurrency and the timeout of each function', () => {
    const template = templateOf((stack) => {
      apiGateway(stack, {
        connect: { reservedConcurrency: 10 },
        disconnect: { reservedConcurrency: 20 },
        message: { reservedConcurrency: 30, timeout: Duration.seconds(29) },
      });
    });
    for (const [action, ReservedConcurrentExecutions, Timeout] of [
      ['opens a connection', 10, 10],
      ['removes a closed connection', 20, 10],
      ['answers frames', 30, 29],
    ]) {
      template.hasResourceProperties('AWS::Lambda::Function', {
        Description: `WebSocket lane: ${action}`,
        ReservedConcurrentExecutions,
        Timeout,
      });
    }
  });

  test('include provisioned concurrency, whose alias the route invokes with permission', () => {
    const stack = testStack();
    const { message } = apiGateway(stack, { message: { provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } } });
    const template = Template.fromStack(stack);
    const alias = stack.resolve(message.invocable.functionArn);
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationUri: { 'Fn::Join': ['', Match.arrayWith([alias, '/invocations'])] },
    });
    template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: alias });
  });
});

describe('the warning of a subject that can use up the throttle', () => {
  function warningsOf(rateLimit: number, connections: number, perSecond: number): unknown[] {
    const stack = testStack();
    const limits = { connections, frames: { perSecond, burst: 200 } };
    apiGateway(stack, { throttle: { rateLimit } }, { admission: admission(stack, { limits }) });
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('throttle.rateLimit'))
      .map(({ entry }) => entry.data);
  }

  test('names the limits, the throttle and a fix if the subject can send more than half of it', () => {
    expect(warningsOf(500, 20, 13)).toEqual([
      'limits.connections × limits.frames.perSecond must be at most half of throttle.rateLimit (500), got 20 × 13 = 260. One subject can keep the others from the WebSocket lane. Fix: use smaller limits, or a higher throttle.rateLimit [ack: twinlane:subject-rate]',
    ]);
  });

  test('is not printed for a subject that can send half of it', () => {
    expect(warningsOf(400, 20, 10)).toEqual([]);
  });

  test('is not printed for the default limits and throttle', () => {
    const stack = testStack();
    webSocketLane(stack);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('throttle.rateLimit'));
  });
});

test('all problems of a WebSocket lane with an API are reported together', () => {
  const message = synthesisError((stack) =>
    webSocketLane(stack, {
      allowedOrigins: [],
      ...withApi({
        throttle: { rateLimit: 0, burstLimit: 5 },
        connect: { timeout: Duration.seconds(30) },
        message: { timeout: Duration.minutes(1) },
      }),
    }),
  );
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/WebSocketLane] allowedOrigins must have at least one origin, got none. Fix: add the origin of a page that uses the lane',
    '  [Test/WebSocketLane] throttle.rateLimit must be 1 or more, got 0. Fix: use 1 or more',
    '  [Test/WebSocketLane] connect.timeout must be at most 29 s, when API Gateway ends an integration, got 30 s. Fix: shorten it',
    '  [Test/WebSocketLane] message.timeout must be at most 29 s, when API Gateway ends an integration, got 60 s. Fix: shorten it',
  ]);
});
