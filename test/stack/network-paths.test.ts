import { idsOf, type Resources } from './lanes-of';
import { networkPaths } from './network-paths';
import { SHARED_LOAD_BALANCER, stageTemplate } from './stages';

const HTTP = { balancer: 'HttpLaneSecurityGroup', tasks: 'HttpLaneServiceSecurityGroup' };
const SOCKETS = {
  balancer: 'ServersSecurityGroup',
  tasks: 'ServersServiceSecurityGroup',
  functions: 'ServersFunctionSecurityGroup',
};

/** Names of the security groups in paths, by a part of their logical ids. */
const NAMES: Record<string, string> = {
  [HTTP.balancer]: 'load balancer',
  [HTTP.tasks]: 'HTTP tasks',
  [SOCKETS.balancer]: 'load balancer of servers',
  [SOCKETS.tasks]: 'servers',
  [SOCKETS.functions]: 'functions',
};

/** Paths to AWS: TLS only. */
const OUT = [
  'HTTP tasks ⇒ 0.0.0.0/0:443',
  'HTTP tasks ⇒ ::/0:443',
  'functions ⇒ 0.0.0.0/0:443',
  'servers ⇒ 0.0.0.0/0:443',
  'servers ⇒ ::/0:443',
];

/** Paths of the HTTP lane, and those from functions to servers. */
const EVERY = [
  ...OUT,
  '0.0.0.0/0 → load balancer:443',
  '::/0 → load balancer:443',
  'load balancer → HTTP tasks:8080',
  'load balancer ⇒ HTTP tasks:8080',
  'functions → servers:8081',
  'functions ⇒ servers:8081',
];

const OWN = [
  ...EVERY,
  '0.0.0.0/0 → load balancer of servers:443',
  '::/0 → load balancer of servers:443',
  'load balancer of servers → servers:8080',
  'load balancer of servers ⇒ servers:8080',
];

const SHARED = [...EVERY, 'load balancer → servers:8080', 'load balancer ⇒ servers:8080'];

function pathsOf(resources: Resources): string[] {
  return networkPaths(resources, (id) => Object.entries(NAMES).find(([part]) => id.includes(part))?.[1] ?? id);
}

function servers(changes = {}): Resources {
  return structuredClone(stageTemplate('servers', changes).toJSON().Resources);
}

test('clients reach load balancers, which reach tasks, and only functions reach the port of servers for messages', () => {
  expect(pathsOf(servers())).toEqual(OWN.toSorted());
});

test('a shared load balancer reaches the tasks of both lanes, and opens no other path', () => {
  expect(pathsOf(servers(SHARED_LOAD_BALANCER))).toEqual(SHARED.toSorted());
});

test('functions of the WebSocket lane that do not post to servers are in no network', () => {
  const resources = servers();
  const inNetwork = idsOf(resources, 'AWS::Lambda::Function').filter((id) => resources[id]?.Properties.VpcConfig);
  expect(inNetwork.map((id) => id.replace(/^TwinLane|Function.*$/g, '')).sort()).toEqual([
    'DeliveryDeliver',
    'DeliveryPush',
    'RevocationRevoke',
  ]);
  const [group] = idsOf(resources, 'AWS::EC2::SecurityGroup').filter((id) => id.includes(SOCKETS.functions));
  for (const id of inNetwork) {
    expect(resources[id]?.Properties.VpcConfig.SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [group, 'GroupId'] }]);
  }
});

describe('the list of network paths shows', () => {
  const rule = (FromPort: number, ToPort = FromPort) => ({ IpProtocol: 'tcp', FromPort, ToPort });
  const idOf = (resources: Resources, part: string) =>
    idsOf(resources, 'AWS::EC2::SecurityGroup').find((id) => id.includes(part)) ?? '';
  const groupOf = (resources: Resources, part: string) => ({ 'Fn::GetAtt': [idOf(resources, part), 'GroupId'] });
  const ingress = (resources: Resources, Properties: object) =>
    Object.assign(resources, { Planted: { Type: 'AWS::EC2::SecurityGroupIngress', Properties } });

  const sabotages: [string, string, (resources: Resources) => void][] = [
    [
      'servers that admit anyone to the port for messages',
      '0.0.0.0/0 → servers:8081',
      (all) => ingress(all, { ...rule(8081), GroupId: groupOf(all, SOCKETS.tasks), CidrIp: '0.0.0.0/0' }),
    ],
    [
      'servers that admit anyone to the port for messages, in a rule of the group itself',
      '0.0.0.0/0 → servers:8081',
      (all) =>
        Object.assign(all[idOf(all, SOCKETS.tasks)]?.Properties, {
          SecurityGroupIngress: [{ ...rule(8081), CidrIp: '0.0.0.0/0' }],
        }),
    ],
    [
      'servers that admit tasks of the HTTP lane to the port for messages',
      'HTTP tasks → servers:8081',
      (all) =>
        ingress(all, {
          ...rule(8081),
          GroupId: groupOf(all, SOCKETS.tasks),
          SourceSecurityGroupId: groupOf(all, HTTP.tasks),
        }),
    ],
    [
      'servers that admit a load balancer to the port for messages',
      'load balancer of servers → servers:8080-8081',
      (all) =>
        ingress(all, {
          ...rule(8080, 8081),
          GroupId: groupOf(all, SOCKETS.tasks),
          SourceSecurityGroupId: groupOf(all, SOCKETS.balancer),
        }),
    ],
    [
      'servers that admit each other',
      'servers → servers:8081',
      (all) =>
        ingress(all, {
          ...rule(8081),
          GroupId: groupOf(all, SOCKETS.tasks),
          SourceSecurityGroupId: groupOf(all, SOCKETS.tasks),
        }),
    ],
    [
      'tasks of the HTTP lane that connect to servers',
      'HTTP tasks ⇒ servers:8081',
      (all) => {
        const Properties = {
          ...rule(8081),
          GroupId: groupOf(all, HTTP.tasks),
          DestinationSecurityGroupId: groupOf(all, SOCKETS.tasks),
        };
        Object.assign(all, { Planted: { Type: 'AWS::EC2::SecurityGroupEgress', Properties } });
      },
    ],
    [
      'all protocols',
      '0.0.0.0/0 → HTTP tasks:undefined (-1)',
      (all) => ingress(all, { IpProtocol: '-1', GroupId: groupOf(all, HTTP.tasks), CidrIp: '0.0.0.0/0' }),
    ],
    [
      'a group of another stack',
      'sg-0123456789abcdef0 → servers:8081',
      (all) =>
        ingress(all, {
          ...rule(8081),
          GroupId: groupOf(all, SOCKETS.tasks),
          SourceSecurityGroupId: 'sg-0123456789abcdef0',
        }),
    ],
  ];

  test.each(sabotages)('%s', (_, path, sabotage) => {
    const resources = servers();
    sabotage(resources);
    expect(pathsOf(resources)).toEqual([...OWN, path].sort());
  });
});
