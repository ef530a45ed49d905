import { Template } from 'aws-cdk-lib/assertions';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { MessageLog } from '../../../lib/storage/message-log';
import { httpLane, ORIGIN } from '../lanes';
import { attributesOf, containerOf, statementsOf, testStack } from '../synthesized';

describe('the containers of the HTTP lane', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  const lane = httpLane(stack, { messageLog });
  const template = Template.fromStack(stack);

  test('run on arm64 without root and on a read-only file system', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
      RequiresCompatibilities: ['FARGATE'],
      Cpu: '256',
      Memory: '512',
    });
    expect(containerOf(template)).toMatchObject({
      User: '1000',
      Memory: 512,
      ReadonlyRootFilesystem: true,
      PortMappings: [{ ContainerPort: 8080, Protocol: 'tcp' }],
    });
  });

  test('have exactly the environment variables that the service reads', () => {
    expect(containerOf(template).Environment).toEqual([
      { Name: 'MESSAGE_LOG_TABLE', Value: stack.resolve(messageLog.table.tableName) },
      { Name: 'MESSAGE_RETENTION_SECONDS', Value: '86400' },
      { Name: 'HINT_QUEUE_URL', Value: stack.resolve(messageLog.hintQueue.queueUrl) },
      { Name: 'HINT_AFTER_MILLISECONDS', Value: '600' },
      { Name: 'ALLOWED_ORIGINS', Value: ORIGIN },
      { Name: 'METRIC_LANE', Value: lane.metricLane },
      { Name: 'ADMISSION_TABLE', Value: expect.anything() },
      { Name: 'TOKEN_RULES', Value: expect.stringContaining('"audience":"https://api.example.com"') },
      { Name: 'SUBJECT_RATE_LIMIT', Value: '100/200' },
      { Name: 'CONNECTIONS_PER_SUBJECT', Value: '20' },
      { Name: 'PORT', Value: '8080' },
      { Name: 'KEEP_ALIVE_SECONDS', Value: '75' },
      { Name: 'DRAIN_SECONDS', Value: '30' },
    ]);
  });

  test('receive no new requests for 30 s before they are stopped, and are killed 15 s later', () => {
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({ 'deregistration_delay.timeout_seconds': '30' });
    expect(containerOf(template)).toMatchObject({ StopTimeout: 45 });
  });

  test('are deployed to all private subnets without downtime, and rolled back if they do not start', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      LaunchType: 'FARGATE',
      AvailabilityZoneRebalancing: 'ENABLED',
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      NetworkConfiguration: {
        AwsvpcConfiguration: { AssignPublicIp: 'DISABLED', Subnets: ['subnet-private-a', 'subnet-private-b'] },
      },
    });
  });

  test('have no desired count, so that a deployment does not change their number', () => {
    expect(JSON.stringify(template)).not.toContain('"DesiredCount"');
  });

  test('scale from 2 to 10 by requests and by CPU utilization every 20 s, quickly out and slowly in', () => {
    template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 2,
      MaxCapacity: 10,
      ResourceId: stack.resolve(lane.compute.scaling?.resourceId),
      ScalableDimension: 'ecs:service:DesiredCount',
    });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalingPolicy', 2);
    for (const [PredefinedMetricType, TargetValue] of [
      ['ALBRequestCountPerTarget', 3000],
      ['ECSServiceAverageCPUUtilizationHighResolution', 60],
    ]) {
      template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType },
          TargetValue,
          ScaleOutCooldown: 15,
          ScaleInCooldown: 300,
        },
      });
    }
    template.hasResourceProperties('AWS::ECS::Service', {
      Monitoring: { MetricConfigurations: [{ MetricNames: ['CPUUtilization'], ResolutionSeconds: 20 }] },
    });
    expect(lane.compute.scaling).toMatchObject({ minCapacity: 2, maxCapacity: 10 });
  });

  test('receive requests by least outstanding requests once they are healthy', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: 8080,
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 10,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
    expect(attributesOf(template, 'TargetGroup')).toMatchObject({
      'load_balancing.algorithm.type': 'least_outstanding_requests',
    });
  });

  test('accept connections from the load balancer only, and open TLS connections only', () => {
    const GroupId = stack.resolve(lane.compute.connections?.securityGroups[0]?.securityGroupId);
    expect(
      template.findResources('AWS::EC2::SecurityGroup')[GroupId['Fn::GetAtt'][0]]?.Properties.SecurityGroupEgress,
    ).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }),
      expect.objectContaining({ CidrIpv6: '::/0', FromPort: 443, ToPort: 443 }),
    ]);
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { GroupId }, 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId,
      SourceSecurityGroupId: stack.resolve(lane.loadBalancer.connections.securityGroups[0]?.securityGroupId),
      FromPort: 8080,
      ToPort: 8080,
    });
  });

  test('log to their own log group, which keeps events for three months and is retained', () => {
    const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { RetentionInDays: 90 },
    });
    expect(containerOf(template)).toMatchObject({
      LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': { Ref: group } } },
    });
  });

  test('are monitored by Container Insights', () => {
    template.hasResourceProperties('AWS::ECS::Cluster', {
      ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }],
    });
  });

  test('create no functions', () => {
    expect(lane.compute.function).toBeUndefined();
  });
});

describe('the image of this repository', () => {
  const stack = testStack();
  const lane = httpLane(stack, { compute: HttpCompute.fargate() });

  test('runs by default, and only the login to its registry needs a wildcard permission', () => {
    const template = Template.fromStack(stack);
    expect(containerOf(template).Image).toEqual({
      'Fn::Sub': expect.stringMatching(/container-assets.*:[0-9a-f]{64}$/),
    });
    const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
    const [execution] = Object.values(
      template.findResources('AWS::IAM::Policy', {
        Properties: { Roles: [{ Ref: task?.Properties.ExecutionRoleArn['Fn::GetAtt'][0] }] },
      }),
    );
    const wildcards = execution?.Properties.PolicyDocument.Statement.filter(
      ({ Resource }: { Resource: unknown }) => Resource === '*',
    );
    expect(wildcards).toEqual([{ Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' }]);
    expect(statementsOf(stack, lane)).toHaveLength(6);
  });
});
