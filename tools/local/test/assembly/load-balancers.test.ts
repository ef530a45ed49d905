import { loadAssembly } from '../../assembly/load-assembly';
import { assemblyOf } from './assembly-directory';

const LoadBalancerArn = { Ref: 'Web' };
const TargetGroupArn = { Ref: 'Tasks' };
const Web = { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' };
const Tasks = { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { TargetType: 'ip' } };
const Listener = {
  Type: 'AWS::ElasticLoadBalancingV2::Listener',
  Properties: {
    LoadBalancerArn,
    Port: '8080',
    Protocol: 'HTTP',
    DefaultActions: [
      { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn, Weight: 1 }] } },
      { Type: 'authenticate-oidc', AuthenticateOidcConfig: { ClientSecret: '{{resolve:ssm:secret}}' } },
    ],
  },
};

test('conditions in the short form are equivalent to those in the full form', () => {
  const rule = (Priority: number, condition: object) => ({
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: { ListenerArn: { Ref: 'Listener' }, Priority, Conditions: [condition], Actions: [] },
  });
  const Hosts = rule(1, { Field: 'host-header', Values: ['a.example.org'] });
  const Paths = rule(2, { Field: 'path-pattern', PathPatternConfig: { Values: ['/a'] } });
  const Short = rule(3, { Field: 'path-pattern', Values: ['/b'] });
  expect(listenerOf({ Hosts, Paths, Short })?.rules.flatMap(({ conditions }) => conditions)).toEqual([
    { Field: 'host-header', HostHeaderConfig: { Values: ['a.example.org'] } },
    { Field: 'path-pattern', PathPatternConfig: { Values: ['/a'] } },
    { Field: 'path-pattern', PathPatternConfig: { Values: ['/b'] } },
  ]);
});

test('a listener has its weighted target groups', () => {
  expect(listenerOf({})).toMatchObject({ port: 8080, targetGroups: [{ logicalId: 'Tasks' }] });
});

test('an authentication action is left out and listed as not emulated', () => {
  expect(listenerOf({})?.rules[0]?.actions).toMatchObject([{ Type: 'forward' }]);
  expect(loaded({}).notEmulated).toEqual([
    {
      type: 'Listener action authenticate-oidc',
      logicalIds: ['Listener'],
      meaning: 'The load balancer does not authenticate: it forwards every request.',
    },
  ]);
});

test('a network load balancer does not run and is listed as not emulated', () => {
  const { loadBalancers, notEmulated } = loaded({ Web: { ...Web, Properties: { Type: 'network' } } });
  expect(loadBalancers).toEqual([]);
  expect(notEmulated).toContainEqual(
    expect.objectContaining({ type: 'AWS::ElasticLoadBalancingV2::LoadBalancer (network)', logicalIds: ['Web'] }),
  );
});

test('a record that points elsewhere does not add a host to the load balancer', () => {
  const record = (Name: string, DNSName: unknown) => ({
    Type: 'AWS::Route53::RecordSet',
    Properties: { Name, Type: 'A', AliasTarget: { DNSName, HostedZoneId: 'Z1' } },
  });
  const { loadBalancers } = loaded({
    Here: record('here.example.org.', { 'Fn::GetAtt': ['Web', 'DNSName'] }),
    There: record('there.example.org.', 'd111111abcdef8.cloudfront.net'),
  });
  expect(loadBalancers[0]?.hosts).toEqual(['here.example.org']);
});

function loaded(more: object) {
  return loadAssembly(assemblyOf({ Resources: { Web, Tasks, Listener, ...more } }));
}

function listenerOf(more: object) {
  return loaded(more).loadBalancers[0]?.listeners[0];
}
