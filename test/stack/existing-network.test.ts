import { Template } from 'aws-cdk-lib/assertions';
import { testApp } from '../lib/synthesized';
import { stageStack } from './stages';

const VPC = {
  vpcId: 'vpc-0123456789abcdef0',
  publicSubnetIds: ['subnet-0123456789abcdefa', 'subnet-0123456789abcdefb'],
};
const privateSubnetIds = ['subnet-0123456789abcdefc', 'subnet-0123456789abcdefd'];

test('a stage with an existing VPC creates no network, and uses the subnets of its settings', () => {
  const template = Template.fromStack(stageStack('dev', { network: { ...VPC, privateSubnetIds } }));
  for (const type of ['VPC', 'Subnet', 'NatGateway', 'FlowLog']) {
    template.resourceCountIs(`AWS::EC2::${type}`, 0);
  }
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    IpAddressType: 'ipv4',
    Subnets: VPC.publicSubnetIds,
  });
  template.hasResourceProperties('AWS::ECS::Service', {
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED', Subnets: privateSubnetIds } },
  });
  template.hasOutput('LoadBalancerIpAddressType', { Value: 'ipv4' });
});

test('a stage with an existing VPC can run tasks in public subnets, with IPv6 for the load balancer', () => {
  const template = Template.fromStack(stageStack('dev', { network: { ...VPC, assignPublicIp: true, ipv6: true } }));
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { IpAddressType: 'dualstack' });
  template.hasResourceProperties('AWS::ECS::Service', {
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED', Subnets: VPC.publicSubnetIds } },
  });
});

test('a stage with an existing VPC synthesizes without warnings about its subnets', () => {
  const app = testApp();
  stageStack('dev', { network: { ...VPC, privateSubnetIds } }, app, 'Existing');
  const { messages } = app.synth().getStackByName('Existing');
  expect(messages.map(({ entry }) => entry.data).filter((text) => String(text).includes('subnet'))).toEqual([]);
});

test('servers in an existing VPC use the private subnets, and so do the functions that post to them', () => {
  const template = Template.fromStack(stageStack('servers', { network: { ...VPC, privateSubnetIds } }));
  template.resourceCountIs('AWS::EC2::VPC', 0);
  template.allResourcesProperties('AWS::ECS::Service', {
    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED', Subnets: privateSubnetIds } },
  });
  template.allResourcesProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Subnets: VPC.publicSubnetIds });
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { VpcConfig: { SubnetIds: privateSubnetIds } }, 3);
});
