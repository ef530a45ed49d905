import { cdk } from '../../support/example-project';
import type { Settings } from '../../../lib/settings/settings';
import { type PlannedStack, readPlannedStack } from '../../../tools/preflight/planned-stack';
import { testApp } from '../../lib/synthesized';
import { SHARED_LOAD_BALANCER, stageStack } from '../../stack/stages';
import { ACCOUNT, type Answers, NAME_SERVERS, READY } from './ready-account';

const { gateway, servers } = cdk.context.twinlane;

export const VPC = 'vpc-0123456789abcdef0';
const LANES_CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`;
export const GATEWAY_CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/2`;
export const WEB_ACL = `arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/edge/0123`;

/** Everything of the stage that exists before the deployment: a VPC, certificates and a web ACL. */
const EXISTING = {
  account: ACCOUNT,
  network: {
    vpcId: VPC,
    vpcCidrBlock: '10.0.0.0/16',
    publicSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    privateSubnetIds: ['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
  },
  certificate: { arn: LANES_CERTIFICATE, names: ['*.gateway.example.com'] },
} satisfies Partial<Settings>;

const IMPORTED = {
  ...gateway.gateway,
  type: 'cloudFront',
  certificateArn: GATEWAY_CERTIFICATE,
  webAclArn: WEB_ACL,
} as const;

const WITH_SERVERS: Partial<Settings> = {
  capacity: { ...gateway.capacity, websocket: { ...servers.capacity.websocket, type: 'servers' } },
};

/** @returns the stage `gateway` of this repository with existing resources, changed as given */
function planned(changes: Partial<Settings>, stage = 'gateway'): PlannedStack {
  const app = testApp();
  stageStack(stage, { ...EXISTING, ...(stage === 'gateway' && { gateway: IMPORTED }), ...changes }, app);
  return readPlannedStack(app.synth().directory);
}

/** Stacks with a gateway, by their name. Each is synthesized when it is used. */
export const PLANNED_GATEWAYS = {
  gateway: (changes: Partial<Settings> = {}) => planned(changes),
  'gateway with servers': (changes: Partial<Settings> = {}) => planned({ ...WITH_SERVERS, ...changes }),
  'gateway with public load balancers': (changes: Partial<Settings> = {}) =>
    planned({ ...WITH_SERVERS, gateway: { ...IMPORTED, internalLoadBalancers: false }, ...changes }),
  'one load balancer': (changes: Partial<Settings> = {}) =>
    planned(
      {
        ...SHARED_LOAD_BALANCER,
        hosts: { http: 'app.servers.example.com', websocket: 'app.servers.example.com' },
        gateway: { type: 'loadBalancer' },
        certificate: { arn: LANES_CERTIFICATE, names: ['*.servers.example.com'] },
        ...changes,
      },
      'servers',
    ),
};

const namesOf = (certificate: unknown) =>
  certificate === GATEWAY_CERTIFICATE
    ? ['app.gateway.example.com']
    : ['api.gateway.example.com', 'ws.gateway.example.com', 'app.servers.example.com'];

/** Answers of an account in which no deployment of {@link PLANNED_GATEWAYS} would fail. */
export const READY_FOR_GATEWAYS = {
  ...READY,
  GetHostedZone: () => ({
    HostedZone: { Name: 'example.com.', Config: { PrivateZone: false } },
    DelegationSet: { NameServers: NAME_SERVERS },
  }),
  DescribeCertificate: ({ CertificateArn }: Readonly<Record<string, unknown>>) => ({
    Certificate: { Status: 'ISSUED', SubjectAlternativeNames: namesOf(CertificateArn) },
  }),
  GetServiceQuota: () => ({ Quota: { Value: 10_000 } }),
  GetWebACL: () => ({ WebACL: { ARN: WEB_ACL } }),
  DescribeInternetGateways: () => ({ InternetGateways: [{ InternetGatewayId: 'igw-1' }] }),
  DescribeVpcs: () => ({ Vpcs: [{ CidrBlockAssociationSet: [{ CidrBlock: '10.0.0.0/16' }] }] }),
} satisfies Answers;
