import { queriesOf } from '../../../../tools/aws-checks/check';
import { isAwsQuery } from '../../../../tools/aws-checks/query';
import { checkGroups } from '../../../../tools/preflight/check-groups';
import { notChecked } from '../../../../tools/preflight/not-checked';
import type { PlannedStack } from '../../../../tools/preflight/planned-stack';
import { deniedError } from '../../aws-checks/aws-errors';
import { type Changed, checked, FakeOutside } from '../fake-outside';
import { GATEWAY_CERTIFICATE, PLANNED_GATEWAYS, READY_FOR_GATEWAYS, VPC, WEB_ACL } from '../planned-gateways';
import { type Answers, notFound } from '../ready-account';

const checkedWith = (planned: PlannedStack, answers: Answers = {}, changed: Changed = {}) =>
  checked({ ...changed, answers: { ...READY_FOR_GATEWAYS, ...answers } }, planned);

const notPassed = async (planned: PlannedStack, answers: Answers = {}) =>
  (await checkedWith(planned, answers))
    .filter(({ result }) => result !== 'passed')
    .map(({ expected, found, result }) => [expected, found, result]);

const expectations = async (planned: PlannedStack) =>
  (await checkedWith(planned)).map(({ group, expected }) => `${group}: ${expected}`);

const recordsOf = (host: string) => `Names: ${host} has no records that the stack would have to replace`;
const covering = (...hosts: string[]) =>
  `Certificates: The imported certificate of ${hosts.join(' and ')} covers each host`;

const GATEWAY_CHECKS = [
  `Gateway: The web ACL ${WEB_ACL} exists`,
  `Gateway: The VPC ${VPC} has an internet gateway, which CloudFront requires`,
  `Gateway: The VPC ${VPC} has the CIDR block 10.0.0.0/16`,
];

describe('The checks of a gateway', () => {
  it.each<[keyof typeof PLANNED_GATEWAYS, readonly string[]]>([
    [
      'gateway',
      [
        recordsOf('app.gateway.example.com'),
        recordsOf('ws.gateway.example.com'),
        covering('ws.gateway.example.com', 'api.gateway.example.com'),
        covering('app.gateway.example.com'),
        ...GATEWAY_CHECKS,
      ],
    ],
    [
      'gateway with servers',
      [
        recordsOf('app.gateway.example.com'),
        covering('api.gateway.example.com', 'ws.gateway.example.com'),
        covering('app.gateway.example.com'),
        ...GATEWAY_CHECKS,
      ],
    ],
    [
      'gateway with public load balancers',
      [
        recordsOf('app.gateway.example.com'),
        recordsOf('api.gateway.example.com'),
        recordsOf('ws.gateway.example.com'),
        covering('api.gateway.example.com', 'ws.gateway.example.com'),
        covering('app.gateway.example.com'),
        ...GATEWAY_CHECKS.slice(0, 1),
      ],
    ],
    ['one load balancer', [recordsOf('app.servers.example.com'), covering('app.servers.example.com')]],
  ])('all pass for %s, with its records, certificates and network', async (name, expected) => {
    const planned = PLANNED_GATEWAYS[name]();
    const found = (await expectations(planned)).filter(
      (text) => /^(?:Gateway|Certificates):.*(?:host|exists|VPC)/.test(text) || text.includes('has no records'),
    );

    expect(await notPassed(planned)).toEqual([]);
    expect(found.filter((text) => !text.includes('issued')).sort()).toEqual([...expected].sort());
  });

  it('compare the certificate with one host if the records of one load balancer are elsewhere', async () => {
    const planned = PLANNED_GATEWAYS['one load balancer']({ hostedZone: undefined });

    expect((await expectations(planned)).filter((text) => text.includes('covers each host'))).toEqual([
      covering('app.servers.example.com'),
    ]);
  });

  it('compare no VPC of the stack, whose CIDR block and internet gateway are created', async () => {
    const planned = PLANNED_GATEWAYS.gateway({ network: undefined });

    expect((await expectations(planned)).filter((text) => text.startsWith('Gateway: The VPC'))).toEqual([]);
  });

  it.each<[how: string, answers: Answers, expected: string, found: string]>([
    [
      'a certificate of the gateway that does not cover its host',
      {
        DescribeCertificate: (input) => ({
          Certificate: {
            ...READY_FOR_GATEWAYS.DescribeCertificate(input).Certificate,
            ...(input.CertificateArn === GATEWAY_CERTIFICATE && { SubjectAlternativeNames: ['*.example.com'] }),
          },
        }),
      },
      'The imported certificate of app.gateway.example.com covers each host',
      '*.example.com. Fix: request a certificate for app.gateway.example.com.',
    ],
    [
      'a certificate of the gateway that is not issued',
      {
        DescribeCertificate: (input) => ({
          Certificate: {
            ...READY_FOR_GATEWAYS.DescribeCertificate(input).Certificate,
            ...(input.CertificateArn === GATEWAY_CERTIFICATE && { Status: 'PENDING_VALIDATION' }),
          },
        }),
      },
      'The imported certificate of app.gateway.example.com is issued, and in us-east-1',
      'PENDING_VALIDATION, in us-east-1. Fix: set certificateArn of the gateway to an issued one of that Region.',
    ],
    [
      'a record of the host of the gateway',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [
            { Name: 'app.gateway.example.com.', Type: 'CNAME', ResourceRecords: [{ Value: 'old' }] },
          ],
        }),
      },
      'app.gateway.example.com has no records that the stack would have to replace',
      'CNAME old. Fix: delete these records, or use another host.',
    ],
    [
      'a web ACL that does not exist',
      { GetWebACL: notFound('WAFNonexistentItemException') },
      `The web ACL ${WEB_ACL} exists`,
      'no such web ACL. Fix: correct webAclArn of the gateway.',
    ],
    [
      'a VPC without an internet gateway',
      { DescribeInternetGateways: () => ({ InternetGateways: [] }) },
      `The VPC ${VPC} has an internet gateway, which CloudFront requires`,
      'none. Fix: attach an internet gateway, or set internalLoadBalancers to false.',
    ],
    [
      'a VPC with another CIDR block',
      { DescribeVpcs: () => ({ Vpcs: [{ CidrBlockAssociationSet: [{ CidrBlock: '10.1.0.0/16' }] }] }) },
      `The VPC ${VPC} has the CIDR block 10.0.0.0/16`,
      '10.1.0.0/16. Fix: set vpcCidrBlock to the block of the subnets.',
    ],
  ])('fail for %s', async (_, answers, expected, found) => {
    expect(await notPassed(PLANNED_GATEWAYS.gateway(), answers)).toEqual([[expected, found, 'failed']]);
  });

  it.each([
    ['GetWebACL', `wafv2:GetWebACL on ${WEB_ACL}`],
    ['DescribeInternetGateways', 'ec2:DescribeInternetGateways on *'],
    ['DescribeVpcs', 'ec2:DescribeVpcs on *'],
  ])('are unknown if %s is denied, and name the permission', async (command, permission) => {
    const denied = () => {
      throw deniedError();
    };

    expect((await notPassed(PLANNED_GATEWAYS.gateway(), { [command]: denied })).map(([, found]) => found)).toEqual([
      `access denied. Fix: allow ${permission}.`,
    ]);
  });

  it.each(['GetWebACL', 'DescribeInternetGateways', 'DescribeVpcs'])(
    'fail if the answer of %s is empty',
    async (command) => {
      const found = await notPassed(PLANNED_GATEWAYS.gateway(), { [command]: () => ({}) });

      expect(found.map(([, , result]) => result)).toEqual(['failed']);
      expect(JSON.stringify(found)).not.toContain('undefined');
    },
  );

  it('name the IAM action of the command that each query sends', async () => {
    const outside = new FakeOutside({ answers: READY_FOR_GATEWAYS });
    const groups = checkGroups(PLANNED_GATEWAYS.gateway(), outside.connect(), outside);
    const ofGateway = groups.filter(({ name }) => name === 'Gateway');
    for (const query of [...queriesOf(ofGateway)].filter(isAwsQuery)) {
      outside.sent.length = 0;
      await query.run();

      expect(outside.sent).toEqual([query.action.replace(/^.*:/, '')]);
    }
  });

  it('are none without a distribution', async () => {
    const found = await expectations(PLANNED_GATEWAYS['one load balancer']());

    expect(found.filter((text) => text.startsWith('Gateway'))).toEqual([]);
  });
});

describe('The list of what npm run preflight does not check has', () => {
  const QUOTAS =
    'Whether the quotas of CloudFront have room for a distribution, its policies and its origin access control';
  const ZONES = 'Whether each Availability Zone supports VPC origins of CloudFront';
  const ALIAS = 'Whether this alias is used by no other distribution of CloudFront: app.gateway.example.com';

  it.each<[keyof typeof PLANNED_GATEWAYS, readonly string[]]>([
    ['gateway', [QUOTAS, 'Whether the quota of CloudFront has room for one VPC origin', ZONES, ALIAS]],
    ['gateway with servers', [QUOTAS, 'Whether the quota of CloudFront has room for 2 VPC origins', ZONES, ALIAS]],
    ['gateway with public load balancers', [QUOTAS, ALIAS]],
    ['one load balancer', []],
  ])('the quotas and the alias of %s', (name, expected) => {
    expect(notChecked(PLANNED_GATEWAYS[name]()).filter((text) => text.includes('of CloudFront'))).toEqual(expected);
  });

  it('the names of resources of CloudFront, which another Region can have', () => {
    const names = notChecked(PLANNED_GATEWAYS.gateway()).filter((text) => text.startsWith('Whether this name is free'));

    expect(names.map((text) => /\((.*)\)/.exec(text)?.[1]).sort()).toEqual([
      'AWS::CloudFront::OriginAccessControl',
      'AWS::CloudFront::ResponseHeadersPolicy',
      'AWS::CloudFront::VpcOrigin',
    ]);
  });
});
