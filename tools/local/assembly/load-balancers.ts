import type { ListenerBlueprint, LoadBalancerBlueprint, TargetGroupBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';
import { vpcOriginsOf } from './vpc-origins';

type Rule = ListenerBlueprint['rules'][number];

/** Reads each Application Load Balancer, with its listeners and the hosts that point to it. */
export function loadBalancersOf(
  assembly: Assembly,
  targetGroups: readonly TargetGroupBlueprint[],
  notEmulated: NotEmulated,
): LoadBalancerBlueprint[] {
  return assembly.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap((resource) => {
    const type = resource.property('Type').optionalText() ?? 'application';
    if (type !== 'application') {
      const row = `AWS::ElasticLoadBalancingV2::LoadBalancer (${type})`;
      notEmulated.add(row, resource.logicalId, 'Only application load balancers run here.');
      return [];
    }
    const dnsName = resource.identity.attributes.DNSName ?? '';
    return [
      {
        ...resource.regional,
        dnsName,
        hosts: [...new Set([...hostsOf(assembly, dnsName), ...vpcOriginHostsOf(assembly, resource.identity.arn)])],
        attributes: resource.property('LoadBalancerAttributes').pairs(),
        listeners: assembly
          .ofType('AWS::ElasticLoadBalancingV2::Listener')
          .filter((listener) => listener.property('LoadBalancerArn').text() === resource.identity.arn)
          .map((listener) => listenerOf(assembly, listener, targetGroups, notEmulated)),
      },
    ];
  });
}

/** The names whose alias records point to the load balancer, without duplicates: IPv4 and IPv6 have separate records. */
function hostsOf(assembly: Assembly, dnsName: string): string[] {
  const hosts = assembly
    .ofType('AWS::Route53::RecordSet')
    .filter((record) => {
      const target = record.property('AliasTarget').at('DNSName');
      return (
        target
          .or('')
          .optionalText()
          ?.replace(/^dualstack\./, '')
          .replace(/\.$/, '')
          .toLowerCase() === dnsName
      );
    })
    .map((record) => record.property('Name').text().replace(/\.$/, ''));
  return [...new Set(hosts)];
}

/** The domain names of origins that are this load balancer, reached within the VPC. Requests have them as `Host`. */
function vpcOriginHostsOf(assembly: Assembly, loadBalancerArn: string): string[] {
  return vpcOriginsOf(assembly)
    .filter((origin) => origin.loadBalancerArn === loadBalancerArn)
    .map(({ domainName }) => domainName);
}

function listenerOf(
  assembly: Assembly,
  listener: Resource,
  targetGroups: readonly TargetGroupBlueprint[],
  notEmulated: NotEmulated,
): ListenerBlueprint {
  const rules = assembly
    .ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter((rule) => rule.property('ListenerArn').text() === listener.identity.arn)
    .map((rule) => ({
      priority: rule.property('Priority').number(0),
      conditions: rule.property('Conditions').items().map(conditionOf),
      actions: actionsOf(rule, 'Actions', notEmulated),
    }))
    .sort((one, other) => one.priority - other.priority)
    .map(({ conditions, actions }): Rule => ({ conditions, actions }));
  rules.push({ conditions: [], actions: actionsOf(listener, 'DefaultActions', notEmulated) });

  const named = JSON.stringify(rules);
  return {
    logicalId: listener.logicalId,
    arn: listener.identity.arn,
    port: listener.property('Port').number(80),
    protocol: listener.property('Protocol').optionalText() === 'HTTPS' ? 'HTTPS' : 'HTTP',
    attributes: listener.property('ListenerAttributes').pairs(),
    rules,
    targetGroups: targetGroups.filter(({ arn }) => named.includes(`"${arn}"`)),
  };
}

/** A condition with its configuration object: CloudFormation also accepts the values of hosts and paths without one. */
function conditionOf(condition: Property): object {
  const { Field, Values, ...config } = condition.value() as { Field: string; Values?: string[] };
  if (!Values) return { Field, ...config };
  return { Field, [Field === 'host-header' ? 'HostHeaderConfig' : 'PathPatternConfig']: { Values } };
}

/** The actions in CloudFormation's form, without authentication actions. */
function actionsOf(resource: Resource, property: string, notEmulated: NotEmulated): Rule['actions'] {
  return resource
    .property(property)
    .items()
    .filter((action) => isEmulated(action, resource, notEmulated))
    .map((action) => action.value() as object);
}

function isEmulated(action: Property, resource: Resource, notEmulated: NotEmulated): boolean {
  const type = action.at('Type').text();
  if (['forward', 'redirect', 'fixed-response'].includes(type)) return true;
  notEmulated.add(
    `Listener action ${type}`,
    resource.logicalId,
    'The load balancer does not authenticate: it forwards every request.',
  );
  return false;
}
