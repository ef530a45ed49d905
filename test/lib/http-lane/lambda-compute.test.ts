import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { MessageLog } from '../../../lib/storage/message-log';
import { httpLane, ORIGIN } from '../lanes';
import { attributesOf, statementsOf, synthesisError, testApp, testStack } from '../synthesized';

describe('the function of an HTTP lane on Lambda', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  const lane = httpLane(stack, { messageLog, compute: HttpCompute.lambda() });
  const template = Template.fromStack(stack);
  const service = lane.compute.function;

  test('is the only target of the lane, which has permission to invoke it', () => {
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

  test('runs the service of this repository, with reserved concurrency and a timeout', () => {
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
          METRIC_LANE: lane.metricLane,
          WEBSOCKET_URL: Match.absent(),
        },
      },
    });
    expect(service?.reservedConcurrency).toBe(100);
  });

  test('has the permissions of the service', () => {
    const onKeys = (...kinds: string[]) => ({
      Effect: 'Allow',
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `${kind}#*`) } },
      Resource: stack.resolve(messageLog.table.tableArn),
    });
    // The first two statements, for the log and the traces, are the same for every lane function.
    expect(statementsOf(stack, lane).slice(2, 5)).toEqual([
      { ...onKeys('TOPIC'), Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'] },
      { ...onKeys('TOPIC', 'ID'), Action: 'dynamodb:PutItem' },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: stack.resolve(messageLog.hintQueue.queueArn) },
    ]);
  });

  test('needs no containers and no scaling', () => {
    for (const type of ['AWS::ECS::Service', 'AWS::ECS::Cluster', 'AWS::ApplicationAutoScaling::ScalableTarget']) {
      template.resourceCountIs(type, 0);
    }
    expect(lane.compute.scaling).toBeUndefined();
    expect(lane.compute.connections).toBeUndefined();
  });
});

describe('the options of the function of an HTTP lane', () => {
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

  test('include the entry, variables, timeout and reserved concurrency', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 5,
      ReservedConcurrentExecutions: 7,
      Environment: { Variables: Match.objectLike({ NAME: 'value', ALLOWED_ORIGINS: ORIGIN }) },
    });
  });

  test('include provisioned concurrency, whose alias becomes the target', () => {
    const alias = stack.resolve(service?.invocable.functionArn);
    expect(alias).toEqual({ Ref: Object.keys(template.findResources('AWS::Lambda::Alias'))[0] });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Targets: [{ Id: alias }] });
    template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: alias });
    expect(lane.compute.scaling).toMatchObject({ minCapacity: 2, maxCapacity: 4 });
  });
});

test('a reserved concurrency of 0, which disables the function of the lane, is rejected', () => {
  expect(
    synthesisError((stack) => httpLane(stack, { compute: HttpCompute.lambda({ reservedConcurrency: 0 }) })),
  ).toContain(
    '[Test/HttpLane/Service] reservedConcurrency must be a whole number, 1 or more (0 disables the function), got 0',
  );
});

describe('a function with a timeout longer than that of the load balancer', () => {
  const lambdaLane = (idle: number, timeout?: number) => (stack: Stack) =>
    httpLane(stack, {
      idleTimeout: Duration.seconds(idle),
      compute: HttpCompute.lambda(timeout === undefined ? {} : { timeout: Duration.seconds(timeout) }),
    });

  test.each([
    [60, 61, 61],
    [28, undefined, 29],
  ])('is rejected: idle timeout %p s, requested %p s, function timeout %p s', (idle, asked, timeout) => {
    expect(synthesisError(lambdaLane(idle, asked)).split('\n').slice(1)).toEqual([
      `  [Test/HttpLane] timeout must be <= idleTimeout, after which the load balancer answers 504, got ${timeout} s > ${idle} s. Fix: shorten it, or raise idleTimeout`,
    ]);
  });

  test('is accepted if both are equal', () => {
    const app = testApp();
    lambdaLane(60, 60)(testStack(app));
    expect(() => app.synth()).not.toThrow();
  });
});
