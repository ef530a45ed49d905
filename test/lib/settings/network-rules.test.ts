import { problemsOf } from './problems-of';

const VPC = 'vpc-0123456789abcdef0';
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((letter) => `subnet-0123456789abcdef${letter}`);

const PUBLIC_AND_PRIVATE = { vpcId: VPC, publicSubnetIds: [A, B], privateSubnetIds: [C, D] };

const problemsWith = (network: object) => problemsOf({ network: { ...PUBLIC_AND_PRIVATE, ...network } });

describe('An existing network', () => {
  test.each([
    ['with public and private subnets', {}],
    ['with IPv6', { ipv6: true }],
    ['with tasks in the public subnets', { privateSubnetIds: undefined, assignPublicIp: true }],
    ['with old, short ids', { vpcId: 'vpc-12345678', publicSubnetIds: ['subnet-12345678', 'subnet-12345679'] }],
  ])('%s is accepted', (_, network) => {
    expect(problemsWith(network)).toEqual([]);
  });

  test('must have one subnet of each kind in each zone', () => {
    const rule = 'must have one subnet in each of the 2 Availability Zones, in the order of availabilityZones';
    const fix = 'list 2 subnets, or change availabilityZones to the zones of the subnets';
    expect(problemsWith({ publicSubnetIds: [A], privateSubnetIds: [B, C, D] })).toEqual([
      { path: 'twinlane.dev.network.publicSubnetIds', value: [A], rule, fix },
      { path: 'twinlane.dev.network.privateSubnetIds', value: [B, C, D], rule, fix },
    ]);
  });

  test('must not list a subnet twice, in one list or in both', () => {
    expect(problemsWith({ publicSubnetIds: [A, A], privateSubnetIds: [B, A] })).toEqual([
      {
        path: 'twinlane.dev.network.publicSubnetIds[1]',
        value: A,
        rule: 'must be listed only once',
        fix: 'use another subnet: it repeats publicSubnetIds[0]',
      },
      {
        path: 'twinlane.dev.network.privateSubnetIds[1]',
        value: A,
        rule: 'must be listed only once',
        fix: 'use another subnet: it repeats publicSubnetIds[0]',
      },
    ]);
  });

  test.each([[undefined], [false]])(
    'without private subnets needs public addresses: %p is refused',
    (assignPublicIp) => {
      expect(problemsWith({ privateSubnetIds: undefined, assignPublicIp })).toEqual([
        {
          path: 'twinlane.dev.network.privateSubnetIds',
          value: undefined,
          rule: 'is required unless assignPublicIp is true',
          fix: 'add a private subnet of each zone, or set assignPublicIp to true to run the tasks in the public subnets',
        },
      ]);
    },
  );

  test('has tasks in private subnets or with public addresses, not both', () => {
    expect(problemsWith({ assignPublicIp: true })).toEqual([
      {
        path: 'twinlane.dev.network.assignPublicIp',
        value: true,
        rule: 'must not be true with privateSubnetIds, in which a public address cannot be reached',
        fix: 'remove it, or remove privateSubnetIds to run the tasks in the public subnets',
      },
    ]);
  });

  test('needs no private subnets and no public addresses for a function', () => {
    const lambda = { 'capacity.http': { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 } };
    const network = { vpcId: VPC, publicSubnetIds: [A, B] };
    expect(problemsOf({ ...lambda, network })).toEqual([]);
    expect(problemsOf({ ...lambda, network: PUBLIC_AND_PRIVATE })).toEqual([]);
    expect(problemsOf({ ...lambda, network: { ...network, assignPublicIp: true } })).toEqual([
      {
        path: 'twinlane.dev.network.assignPublicIp',
        value: true,
        rule: 'must not be true if capacity.http.type is "lambda", because the function is not in the VPC',
        fix: 'remove it',
      },
    ]);
  });

  test.each([
    ['containers', { minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 }],
    ['a function', { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 }],
  ])('needs private subnets for the servers of the WebSocket lane beside %s of the HTTP lane', (_, http) => {
    const servers = { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };
    const problemsIn = (network: object) =>
      problemsOf({ 'capacity.http': http, 'capacity.websocket': servers, network });
    const withoutPrivate = { vpcId: VPC, publicSubnetIds: [A, B] };
    expect(problemsIn(PUBLIC_AND_PRIVATE)).toEqual([]);
    expect(problemsIn(withoutPrivate)).toEqual([
      {
        path: 'twinlane.dev.network.privateSubnetIds',
        value: undefined,
        rule: 'is required if capacity.websocket.type is "servers"',
        fix: 'add a private subnet of each zone',
      },
    ]);
    const refused = {
      path: 'twinlane.dev.network.assignPublicIp',
      value: true,
      rule: 'must not be true if capacity.websocket.type is "servers", because functions that post to servers need private subnets',
    };
    expect(problemsIn({ ...withoutPrivate, assignPublicIp: true })).toEqual([
      { ...refused, fix: 'remove it, and add privateSubnetIds' },
    ]);
    expect(problemsIn({ ...PUBLIC_AND_PRIVATE, assignPublicIp: true })).toEqual([{ ...refused, fix: 'remove it' }]);
  });

  test('must have the ids of a VPC and of subnets, each reported once', () => {
    expect(problemsWith({ vpcId: 'default', publicSubnetIds: [A, 'us-east-1b'], privateSubnetIds: C })).toEqual([
      {
        path: 'twinlane.dev.network.vpcId',
        value: 'default',
        rule: 'must be the ID of a VPC: vpc- and 17 (or 8) hexadecimal digits',
        fix: 'use the ID as the VPC console shows it, such as "vpc-0123456789abcdef0"',
      },
      {
        path: 'twinlane.dev.network.publicSubnetIds[1]',
        value: 'us-east-1b',
        rule: 'must be the ID of a subnet: subnet- and 17 (or 8) hexadecimal digits',
        fix: 'use the ID as the VPC console shows it, such as "subnet-0123456789abcdef0"',
      },
      {
        path: 'twinlane.dev.network.privateSubnetIds',
        value: C,
        rule: 'must be a list',
        fix: 'use [ "subnet-0123456789abcdef2", "subnet-0123456789abcdef3" ]',
      },
    ]);
  });

  test('must name its VPC and its public subnets', () => {
    expect(problemsOf({ network: { privateSubnetIds: [C, D] } }).map(({ path, rule }) => [path, rule])).toEqual([
      ['twinlane.dev.network.vpcId', 'is required'],
      ['twinlane.dev.network.publicSubnetIds', 'is required'],
    ]);
  });
});
