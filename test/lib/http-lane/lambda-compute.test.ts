import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { MessageLog } from '../../../lib/storage/message-log';
import { httpLane, ORIGIN } from '../lanes';
import { attributesOf, statementsOf, synthesisError, testApp, testStack } from '../synthesized';

describe('a function behind the load balancer', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  const lane = httpLane(stack, { messageLog, compute: HttpCompute.lambda() });
  const template = Template.fromStack(stack);
  const service = lane.compute.function;

  test('is the one target of the lane, which may call it', () => {
    const FunctionArn = stack.resolve(service?.function.functionArn);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetType: 'lambda',
      Targets: [{ Id: FunctionArn }],
    });
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({ 'lambda.multi_value_headers.enabled': 'true' });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: FunctionArn,
      Principal: 'elasticloadbalancing.amazonaws.com',
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: stack.resolve(lane.compute.targetGroup.targetGroupArn) }],
    });
  });

  test('is the service of this repository, with a pool of its own and time until the client gives up', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'HTTP lane: answers requests of the load balancer',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      ReservedConcurrentExecutions: 100,
      Timeout: 29,
      VpcConfig: Match.absent(),
      Environment: {
        Variables: {
          MESSAGE_LOG_TABLE: stack.resolve(messageLog.table.tableName),
          MESSAGE_RETENTION_SECONDS: '86400',
          ALLOWED_ORIGINS: ORIGIN,
        },
      },
    });
    expect(service?.reservedConcurrency).toBe(100);
  });

  test('may do what the service does', () => {
    const Resource = stack.resolve(messageLog.table.tableArn);
    // The first two statements are the log's and the traces', which every function of a lane has.
    expect(statementsOf(stack, lane).slice(2, 4)).toEqual([
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource },
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource },
    ]);
  });

  test('needs no containers, and nothing is scaled', () => {
    for (const type of ['AWS::ECS::Service', 'AWS::ECS::Cluster', 'AWS::ApplicationAutoScaling::ScalableTarget']) {
      template.resourceCountIs(type, 0);
    }
    expect(lane.compute.scaling).toBeUndefined();
    expect(lane.compute.connections).toBeUndefined();
  });
});

describe('what is asked for of the function', () => {
  const stack = testStack();
  const lane = httpLane(stack, {
    compute: HttpCompute.lambda({
      entry: 'lambda/connect.handler.ts',
      environment: { NAME: 'value' },
      timeout: Duration.seconds(5),
      reservedConcurrency: 7,
      provisionedConcurrency: { minCapacity: 2, maxCapacity: 4 },
    }),
  });
  const template = Template.fromStack(stack);
  const service = lane.compute.function;

  test('entry, variables, timeout and pool are as they are asked for', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 5,
      ReservedConcurrentExecutions: 7,
      Environment: { Variables: Match.objectLike({ NAME: 'value', ALLOWED_ORIGINS: ORIGIN }) },
    });
  });

  test('warm copies are the target', () => {
    const alias = stack.resolve(service?.invocable.functionArn);
    expect(alias).toEqual({ Ref: Object.keys(template.findResources('AWS::Lambda::Alias'))[0] });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Targets: [{ Id: alias }] });
    template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: alias });
    expect(lane.compute.scaling).toMatchObject({ minCapacity: 2, maxCapacity: 4 });
  });
});

test('a function of the lane cannot be turned off by its pool', () => {
  expect(
    synthesisError((stack) => httpLane(stack, { compute: HttpCompute.lambda({ reservedConcurrency: 0 }) })),
  ).toContain(
    '[Test/HttpLane/Service] reservedConcurrency must be a whole number, 1 or more (0 disables the function), got 0',
  );
});

describe('a function that outlasts the load balancer', () => {
  const lambdaLane = (idle: number, timeout?: number) => (stack: Stack) =>
    httpLane(stack, {
      idleTimeout: Duration.seconds(idle),
      compute: HttpCompute.lambda(timeout === undefined ? {} : { timeout: Duration.seconds(timeout) }),
    });

  test.each([
    [60, 61, 61],
    [28, undefined, 29],
  ])('is refused: idle after %p s, asked for %p s, its timeout %p s', (idle, asked, timeout) => {
    expect(synthesisError(lambdaLane(idle, asked)).split('\n').slice(1)).toEqual([
      `  [Test/HttpLane] timeout must be <= idleTimeout, after which the load balancer answers 504, got ${timeout} s > ${idle} s. Fix: shorten it, or raise idleTimeout`,
    ]);
  });

  test('may take as long as the load balancer waits', () => {
    const app = testApp();
    lambdaLane(60, 60)(testStack(app));
    expect(() => app.synth()).not.toThrow();
  });
});
