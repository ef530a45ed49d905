import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { MessageLog } from '../../../lib/storage/message-log';
import { admission, httpLane } from '../lanes';
import { attributesOf, exampleDomain, statementsOf, testStack } from '../synthesized';

describe('the HTTP lane', () => {
  const stack = testStack();
  const domain = exampleDomain(stack, 'api.example.com');
  const messageLog = new MessageLog(stack, 'MessageLog');
  const who = admission(stack);
  const lane = httpLane(stack, { domain, messageLog, admission: who });
  const template = Template.fromStack(stack);
  const LoadBalancerArn = stack.resolve(lane.loadBalancer.loadBalancerArn);

  test('has an internet-facing, dual-stack load balancer in the public subnets of the network', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'application',
      Scheme: 'internet-facing',
      IpAddressType: 'dualstack',
      Subnets: ['subnet-public-a', 'subnet-public-b'],
    });
    template.resourceCountIs('AWS::EC2::VPC', 0);
  });

  test('has the metrics of the code of its service, with the dimension that it tells the service', () => {
    const [container] = Object.values(template.findResources('AWS::ECS::TaskDefinition')).map(
      ({ Properties }) => Properties.ContainerDefinitions[0],
    );
    expect(container.Environment).toContainEqual({ Name: 'METRIC_LANE', Value: lane.metricLane });
    const ofLane = { namespace: 'Twinlane', period: Duration.minutes(1) };
    expect(lane.metricRefused('rate_limited')).toMatchObject({
      ...ofLane,
      metricName: 'Refused',
      dimensions: { Lane: lane.metricLane, Reason: 'rate_limited' },
      statistic: 'Sum',
    });
    expect(lane.metricGaps()).toMatchObject({
      ...ofLane,
      metricName: 'Gaps',
      dimensions: { Lane: lane.metricLane },
      statistic: 'Average',
    });
  });

  test('has metrics with the given options', () => {
    const options = { statistic: 'Maximum', period: Duration.minutes(2) };
    expect(lane.metricRefused('forbidden', options)).toMatchObject(options);
    expect(lane.metricGaps(options)).toMatchObject(options);
  });

  test('drops invalid headers, and rejects requests that could desynchronize servers', () => {
    expect(attributesOf(template, 'LoadBalancer')).toMatchObject({
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'strictest',
      'idle_timeout.timeout_seconds': '60',
    });
  });

  test('accepts requests on port 443 only, with TLS 1.2 and 1.3 and post-quantum key exchange', () => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      LoadBalancerArn,
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      Certificates: [{ CertificateArn: domain.certificate.certificateArn }],
      DefaultActions: [{ Type: 'forward', TargetGroupArn: stack.resolve(lane.compute.targetGroup.targetGroupArn) }],
    });
  });

  test('accepts connections from any IPv4 and IPv6 address, and opens connections to its targets only', () => {
    const [group] = lane.loadBalancer.connections.securityGroups;
    const { 'Fn::GetAtt': GetAtt } = stack.resolve(group?.securityGroupId);
    const { SecurityGroupIngress, SecurityGroupEgress } =
      template.findResources('AWS::EC2::SecurityGroup')[GetAtt[0]]?.Properties ?? {};
    expect(SecurityGroupIngress).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
      expect.objectContaining({ CidrIpv6: '::/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
    ]);
    expect(SecurityGroupEgress).toBeUndefined();
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: { 'Fn::GetAtt': GetAtt },
      DestinationSecurityGroupId: stack.resolve(lane.compute.connections?.securityGroups[0]?.securityGroupId),
      FromPort: 8080,
      ToPort: 8080,
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
  });

  test.each(['A', 'AAAA'])('has an alias record of type %s for its load balancer', (Type) => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Type,
      Name: 'api.example.com.',
      AliasTarget: {
        DNSName: { 'Fn::Join': ['', ['dualstack.', { 'Fn::GetAtt': [LoadBalancerArn.Ref, 'DNSName'] }]] },
        HostedZoneId: { 'Fn::GetAtt': [LoadBalancerArn.Ref, 'CanonicalHostedZoneID'] },
      },
    });
  });

  test('writes access logs to a private, encrypted bucket that requires TLS, with the retention of other logs', () => {
    const [bucket] = Object.keys(template.findResources('AWS::S3::Bucket'));
    expect(attributesOf(template, 'LoadBalancer')).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': { Ref: bucket },
    });
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  test('has permission only to publish, read history, issue tickets, log out and count requests', () => {
    const onKeys = (...kinds: string[]) => ({
      Effect: 'Allow',
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `${kind}#*`) } },
      Resource: stack.resolve(who.table?.tableArn),
    });
    const inLog = { Resource: stack.resolve(messageLog.table.tableArn) };
    expect(statementsOf(stack, lane)).toEqual([
      {
        ...onKeys('TOPIC'),
        ...inLog,
        Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
      },
      { ...onKeys('TOPIC', 'ID'), ...inLog, Action: 'dynamodb:PutItem' },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: stack.resolve(messageLog.hintQueue.queueArn) },
      { ...onKeys('TICKET', 'REVOCATION'), Action: 'dynamodb:PutItem' },
      { ...onKeys('REVOCATION'), Action: 'dynamodb:ConditionCheckItem' },
      { ...onKeys('RATE_LIMIT'), Action: 'dynamodb:UpdateItem' },
    ]);
  });

  test('has the URL of its host', () => {
    expect(lane.url).toBe('https://api.example.com');
  });
});
