import { Template } from 'aws-cdk-lib/assertions';
import { Authorizer } from '../../../../tools/local';
import { admission, ORIGIN } from '../../lanes';
import { MessageLog } from '../../../../lib/storage/message-log';
import { attributesOf, containerOf, statementsOf, testStack } from '../../synthesized';
import { servers } from './lane-with-servers';

describe('the servers of the WebSocket lane', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  const lane = servers(stack, {}, { messageLog, admission: admission(stack) });
  const template = Template.fromStack(stack);

  test('run on arm64 without root and on a read-only file system', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
      Cpu: '256',
      Memory: '512',
    });
    expect(containerOf(template)).toMatchObject({ User: '1000', Memory: 512, ReadonlyRootFilesystem: true });
  });

  test('can open 65,535 files, because each connection is one', () => {
    expect(containerOf(template).Ulimits).toEqual([{ Name: 'nofile', SoftLimit: 65_535, HardLimit: 65_535 }]);
  });

  test('have exactly the environment variables that the server reads', () => {
    expect(containerOf(template).Environment).toEqual([
      { Name: 'CONNECTION_TABLE', Value: expect.anything() },
      { Name: 'ADMISSION_TABLE', Value: expect.anything() },
      { Name: 'CONNECTIONS_PER_SUBJECT', Value: '20' },
      { Name: 'FRAME_RATE_LIMIT', Value: '20/200' },
      { Name: 'SUBJECT_RATE_LIMIT', Value: '100/200' },
      { Name: 'MESSAGE_LOG_TABLE', Value: stack.resolve(messageLog.table.tableName) },
      { Name: 'MESSAGE_RETENTION_SECONDS', Value: '86400' },
      { Name: 'HINT_QUEUE_URL', Value: stack.resolve(messageLog.hintQueue.queueUrl) },
      { Name: 'HINT_AFTER_MILLISECONDS', Value: '600' },
      { Name: 'ALLOWED_ORIGINS', Value: ORIGIN },
      { Name: 'WEBSOCKET_URL', Value: 'wss://ws.example.com' },
      { Name: 'PORT', Value: '8080' },
      { Name: 'POSTS_PORT', Value: '8081' },
      { Name: 'CONNECTIONS_PER_TASK', Value: '5000' },
      { Name: 'METRIC_LANE', Value: expect.stringMatching(/^Test-WebSocketLane-[\dA-F]{8}$/) },
      { Name: 'DRAIN_SECONDS', Value: '100' },
    ]);
  });

  test('get SIGTERM 15 s after they are deregistered, and 115 s to close their connections', () => {
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({ 'deregistration_delay.timeout_seconds': '15' });
    expect(containerOf(template)).toMatchObject({ StopTimeout: 115 });
  });

  test('get handshakes in turn, a new task at first fewer, at the first of their two ports only', () => {
    expect(containerOf(template).PortMappings).toEqual([
      { ContainerPort: 8080, Protocol: 'tcp' },
      { ContainerPort: 8081, Protocol: 'tcp' },
    ]);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::TargetGroup', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: 8080,
      HealthCheckPath: '/health',
    });
    template.hasResourceProperties('AWS::ECS::Service', {
      LoadBalancers: [{ ContainerName: 'Service', ContainerPort: 8080 }],
    });
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({
      'load_balancing.algorithm.type': 'round_robin',
      'slow_start.duration_seconds': '30',
    });
  });

  test('scale from 2 to 10 by connections and by CPU utilization, quickly out and not more often in than every 10 minutes', () => {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 2,
      MaxCapacity: 10,
      ResourceId: stack.resolve(lane.scaling.resourceId),
    });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
    const [{ Value: Lane } = { Value: '' }] = (
      containerOf(template).Environment as { Name: string; Value: string }[]
    ).filter(({ Name }) => Name === 'METRIC_LANE');
    const cooldowns = { ScaleOutCooldown: 15, ScaleInCooldown: 600 };
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        CustomizedMetricSpecification: {
          Namespace: 'Twinlane',
          MetricName: 'OpenConnections',
          Dimensions: [{ Name: 'Lane', Value: Lane }],
          Statistic: 'Average',
        },
        TargetValue: 3000,
        ...cooldowns,
      },
    });
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ECSServiceAverageCPUUtilizationHighResolution',
        },
        TargetValue: 60,
        ...cooldowns,
      },
    });
    expect(stack.resolve(lane.metricOpenConnections())).toMatchObject({
      namespace: 'Twinlane',
      metricName: 'OpenConnections',
      dimensions: { Lane },
      statistic: 'Average',
    });
  });

  test('have no desired count, so that a deployment does not change their number', () => {
    expect(JSON.stringify(template)).not.toContain('"DesiredCount"');
  });

  test('have no permission that a server does not need', () => {
    const tables = {
      connections: tableArn('ConnectionTable'),
      admission: tableArn('AdmissionTable'),
      messages: tableArn('MessageLogTable'),
    };
    const statements = statementsOf(stack, lane) as { Action: string | string[]; Resource: unknown }[];
    const rows = statements.flatMap(({ Action, Resource, ...rest }) => {
      const keys = JSON.stringify(rest)
        .match(/[A-Z_]+#/g)
        ?.join(' ');
      const name = Object.entries(tables).find(([, arn]) => JSON.stringify(arn) === JSON.stringify(Resource))?.[0];
      return `${name ?? 'queue'} ${keys ?? ''}: ${[Action].flat().join(', ')}`;
    });
    expect(rows).toEqual([
      'connections CONNECTION#: dynamodb:BatchGetItem, dynamodb:DeleteItem, dynamodb:PutItem',
      'connections TOPIC#: dynamodb:BatchGetItem, dynamodb:DeleteItem, dynamodb:PutItem, dynamodb:Query',
      'connections SUBJECT#: dynamodb:DeleteItem, dynamodb:PutItem, dynamodb:Query',
      'admission TICKET#: dynamodb:DeleteItem, dynamodb:GetItem',
      'admission REVOCATION#: dynamodb:ConditionCheckItem',
      'admission RATE_LIMIT#: dynamodb:UpdateItem',
      'admission CONNECTION#: dynamodb:PutItem',
      'messages TOPIC#: dynamodb:BatchGetItem, dynamodb:GetItem',
      'messages TOPIC# ID#: dynamodb:PutItem',
      'queue : sqs:SendMessage',
    ]);
  });

  test.each([
    ['can renew their lease', 'PutItem', 'CONNECTION#task', true],
    ['cannot list records of connections', 'Query', 'CONNECTION#task', false],
    ['can subscribe to a topic', 'PutItem', 'TOPIC#room:1#0', true],
    ['can take a slot of a subject', 'PutItem', 'SUBJECT#acme/alice', true],
    ['cannot change a slot of a subject in place', 'UpdateItem', 'SUBJECT#acme/alice', false],
  ])('%s, as IAM evaluates it', async (_what, operation, key, allowed) => {
    const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/Connections';
    const own = JSON.stringify(tableArn('ConnectionTable'));
    const Statement = statementsOf(stack, lane)
      .filter((statement) => JSON.stringify((statement as { Resource: unknown }).Resource) === own)
      .map((statement) => ({ ...(statement as object), Resource: table }));
    const arn = 'arn:aws:iam::111122223333:role/Task';
    const policies = [{ name: 'Policy', document: { Version: '2012-10-17', Statement } }];
    const authorizer = new Authorizer(
      [{ logicalId: 'Role', name: 'Task', arn, policies, managedPolicyArns: [] }],
      'on',
    );
    const decision = await authorizer.authorize(arn, `dynamodb:${operation}`, table, { 'dynamodb:LeadingKeys': [key] });
    expect(decision.allowed).toBe(allowed);
  });

  /** ARN of the table whose logical id contains the text. */
  function tableArn(text: string): unknown {
    const [id] = Object.keys(template.findResources('AWS::DynamoDB::Table')).filter((one) => one.includes(text));
    return { 'Fn::GetAtt': [id, 'Arn'] };
  }
});

test('two lanes of one account have different metrics', () => {
  const lanes = ['One', 'Two'].map((id) => servers(testStack(undefined, id)));
  const [one, two] = lanes.map((lane) => JSON.stringify(lane.metricOpenConnections().dimensions));
  expect(one).not.toBe(two);
});
