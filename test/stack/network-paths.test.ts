import { idsOf, type Resources } from './lanes-of';
import { networkPaths } from './network-paths';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  ONE_LOAD_BALANCER,
  SHARED_LOAD_BALANCER,
  stageTemplate,
} from './stages';

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
  HttpLaneVpc: 'VPC',
};

/** Paths to AWS: TLS only. */
const OUT = [
  'HTTP tasks ⇒ 0.0.0.0/0:443',
  'HTTP tasks ⇒ ::/0:443',
  'functions ⇒ 0.0.0.0/0:443',
  'servers ⇒ 0.0.0.0/0:443',
  'servers ⇒ ::/0:443',
];

/** Paths to the load balancer of the HTTP lane: from clients, or behind a gateway from CloudFront, which is in the VPC. */
const FROM_CLIENTS = ['0.0.0.0/0 → load balancer:443', '::/0 → load balancer:443'];
const FROM_VPC = ['VPC → load balancer:443'];

/** Paths within the HTTP lane, and those from functions to servers. */
const WITHIN = [
  ...OUT,
  'load balancer → HTTP tasks:8080',
  'load balancer ⇒ HTTP tasks:8080',
  'functions → servers:8081',
  'functions ⇒ servers:8081',
];

const TO_SERVERS = ['load balancer of servers → servers:8080', 'load balancer of servers ⇒ servers:8080'];

const OWN = [
  ...WITHIN,
  ...FROM_CLIENTS,
  ...TO_SERVERS,
  '0.0.0.0/0 → load balancer of servers:443',
  '::/0 → load balancer of servers:443',
];

const BEHIND_A_GATEWAY = [...WITHIN, ...FROM_VPC, ...TO_SERVERS, 'VPC → load balancer of servers:443'];

const SHARED = [...WITHIN, ...FROM_CLIENTS, 'load balancer → servers:8080', 'load balancer ⇒ servers:8080'];

function pathsOf(resources: Resources): string[] {
  return networkPaths(resources, (id) => Object.entries(NAMES).find(([part]) => id.includes(part))?.[1] ?? id);
}

function servers(changes = {}): Resources {
  return structuredClone(stageTemplate('servers', changes).toJSON().Resources);
}

function gateway(changes = {}): Resources {
  return structuredClone(stageTemplate('gateway', changes).toJSON().Resources);
}

test('clients reach load balancers, which reach tasks, and only functions reach the port of servers for messages', () => {
  expect(pathsOf(servers())).toEqual(OWN.toSorted());
});

test('a shared load balancer reaches the tasks of both lanes, and opens no other path', () => {
  expect(pathsOf(servers(SHARED_LOAD_BALANCER))).toEqual(SHARED.toSorted());
});

test('one load balancer for both lanes opens the same paths as a shared one', () => {
  expect(pathsOf(servers(ONE_LOAD_BALANCER))).toEqual(SHARED.toSorted());
});

test('behind a gateway, only the VPC reaches load balancers, from which CloudFront connects', () => {
  expect(pathsOf(gateway(GATEWAY_WITH_SERVERS))).toEqual(BEHIND_A_GATEWAY.toSorted());
});

test('behind a gateway with public load balancers, the network paths are those without a gateway', () => {
  expect(pathsOf(gateway(GATEWAY_WITH_PUBLIC_LOAD_BALANCERS))).toEqual(OWN.toSorted());
});

test('behind a gateway with an API, only the VPC reaches the load balancer, and the WebSocket lane is in no network', () => {
  expect(pathsOf(gateway())).toEqual(
    [...FROM_VPC, ...WITHIN.filter((path) => !/servers|functions/.test(path))].toSorted(),
  );
});

test('an existing VPC admits CloudFront from its CIDR block', () => {
  const network = {
    vpcId: 'vpc-0123456789abcdef0',
    vpcCidrBlock: '10.1.0.0/16',
    publicSubnetIds: ['subnet-0123456789abcdefa', 'subnet-0123456789abcdefb'],
    privateSubnetIds: ['subnet-0123456789abcdefc', 'subnet-0123456789abcdefd'],
  };
  const paths = pathsOf(gateway({ ...GATEWAY_WITH_SERVERS, network })).filter((path) => path.endsWith(':443'));
  expect(paths.filter((path) => path.includes('→'))).toEqual([
    '10.1.0.0/16 → load balancer of servers:443',
    '10.1.0.0/16 → load balancer:443',
  ]);
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

  test.each([HTTP.balancer, SOCKETS.balancer])('an internal load balancer that admits anyone: %s', (part) => {
    const resources = gateway(GATEWAY_WITH_SERVERS);
    ingress(resources, { ...rule(443), GroupId: groupOf(resources, part), CidrIp: '0.0.0.0/0' });
    expect(pathsOf(resources)).toEqual([...BEHIND_A_GATEWAY, `0.0.0.0/0 → ${NAMES[part]}:443`].sort());
  });

  test('tasks that admit the VPC, from which only load balancers need to connect', () => {
    const resources = gateway(GATEWAY_WITH_SERVERS);
    const [vpc] = idsOf(resources, 'AWS::EC2::VPC');
    const CidrIp = { 'Fn::GetAtt': [vpc, 'CidrBlock'] };
    ingress(resources, { ...rule(8080), GroupId: groupOf(resources, HTTP.tasks), CidrIp });
    expect(pathsOf(resources)).toEqual([...BEHIND_A_GATEWAY, 'VPC → HTTP tasks:8080'].sort());
  });
});
