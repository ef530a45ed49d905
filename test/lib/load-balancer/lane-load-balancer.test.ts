import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { addLaneLoadBalancer, type LaneLoadBalancerProps } from '../../../lib/load-balancer/lane-load-balancer';
import { retentionOf } from '../../../lib/storage/retention';
import { exampleVpc } from '../lanes';
import { attributesOf, testStack } from '../synthesized';

function templateWith(props: Partial<LaneLoadBalancerProps> = {}): Template {
  const stack = testStack();
  addLaneLoadBalancer(stack, {
    network: {
      vpc: exampleVpc(stack),
      ipAddressType: IpAddressType.DUAL_STACK,
      loadBalancerSubnets: { subnetType: SubnetType.PUBLIC },
      taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      assignPublicIp: false,
      taskProblems: [],
    },
    lane: 'HTTP lane',
    idleTimeout: Duration.seconds(60),
    retention: retentionOf({}),
    ...props,
  });
  return Template.fromStack(stack);
}

test('a public load balancer drops invalid headers, and rejects requests that could desynchronize servers', () => {
  expect(attributesOf(templateWith(), 'LoadBalancer')).toMatchObject({
    'routing.http.drop_invalid_header_fields.enabled': 'true',
    'routing.http.desync_mitigation_mode': 'strictest',
  });
});

test('the security group of a public load balancer admits nobody and reaches nothing without a listener', () => {
  const template = templateWith();
  const [group] = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
  expect(group?.Properties).not.toHaveProperty('SecurityGroupIngress');
  expect(group?.Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '255.255.255.255/32' })]);
  template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
});

test.each([
  ['by default', {}, 1],
  ['in a stage that keeps no data', { retention: retentionOf({ removalPolicy: RemovalPolicy.DESTROY }) }, 0],
  ['without access logs', { accessLogs: false }, 0],
])('a public load balancer %s has the expected buckets for access logs', (_what, props, buckets) => {
  templateWith(props).resourceCountIs('AWS::S3::Bucket', buckets);
});
