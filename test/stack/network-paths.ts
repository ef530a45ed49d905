import { idsOf, type Resources } from './lanes-of';

/** A rule of a security group, of the group itself or of a resource of its own. */
interface Rule {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly [peer: string]: unknown;
}

const GROUP = 'AWS::EC2::SecurityGroup';

/** Properties with the other end of a rule. */
const PEERS = [
  'CidrIp',
  'CidrIpv6',
  'SourceSecurityGroupId',
  'DestinationSecurityGroupId',
  'SourcePrefixListId',
  'DestinationPrefixListId',
];

/**
 * Network paths that the security groups of a template open: `0.0.0.0/0 → HttpLane/SecurityGroup:443` for incoming and
 * `HttpLane/SecurityGroup ⇒ …` for outgoing connections. Only paths with both rules, or to addresses, can be used.
 *
 * @param nameOf - name of a group by its logical id
 */
export function networkPaths(resources: Resources, nameOf: (id: string) => string): string[] {
  const rulesOf = (direction: 'Ingress' | 'Egress'): [string, Rule][] => [
    ...idsOf(resources, GROUP).flatMap((id) =>
      (resources[id]?.Properties[`SecurityGroup${direction}`] ?? []).map((rule: Rule): [string, Rule] => [id, rule]),
    ),
    ...idsOf(resources, `${GROUP}${direction}`).map((id): [string, Rule] => {
      const rule = resources[id]?.Properties;
      return [idOf(rule.GroupId), rule];
    }),
  ];
  const peer = (rule: Rule) => {
    const [found] = PEERS.flatMap((key) => rule[key] ?? []);
    const id = idOf(found);
    return id in resources ? nameOf(id) : id;
  };
  return [
    ...rulesOf('Ingress').map(([id, rule]) => `${peer(rule)} → ${nameOf(id)}:${ports(rule)}`),
    ...rulesOf('Egress').map(([id, rule]) => `${nameOf(id)} ⇒ ${peer(rule)}:${ports(rule)}`),
  ].sort();
}

function ports({ IpProtocol, FromPort, ToPort }: Rule): string {
  const range = FromPort === ToPort ? `${FromPort}` : `${FromPort}-${ToPort}`;
  return IpProtocol === 'tcp' ? range : `${range} (${IpProtocol})`;
}

function idOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
    return Ref ?? attribute?.[0] ?? JSON.stringify(value);
  }
  return String(value);
}
