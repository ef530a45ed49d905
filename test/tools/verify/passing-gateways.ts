import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Output } from '../../../lib/outputs';
import type { Finding } from '../../../tools/aws-checks/check';
import type { Outside } from '../../../tools/verify/outside';
import { type ChangedOutputs, verified } from './mocked-aws';
import {
  alias,
  type Answers,
  BEHIND_LOAD_BALANCER,
  BEHIND_SHARED,
  CERTIFICATE,
  CERTIFICATE_DETAIL,
  FORWARD_ALL,
  LISTENER,
  LOAD_BALANCER_DETAIL,
  OUTPUTS,
  type Pages,
  PASSING,
  RECORDS,
  SHARED,
  TARGET_GROUP,
  UPGRADE_REQUIRED_RULE,
  UPGRADE_RULE,
  WITH_SERVERS,
} from './passing-deployment';

/** A deployment with a gateway: what differs from the deployment without one, with which it passes every check. */
export interface Combination {
  readonly outputs: ChangedOutputs;
  readonly answers: Partial<Answers>;
  readonly pages: Pages;
  readonly handshakes: Readonly<Record<string, () => number>>;
}

/** Checks a deployment with a gateway, changed as given. */
export function verifiedWith(
  { outputs, answers, pages, handshakes }: Combination,
  changed: Partial<Combination> = {},
  outside: Partial<Outside> = {},
): Promise<Finding[]> {
  const statuses = { ...handshakes, ...changed.handshakes };
  const handshake = async (url: string) => {
    const status = statuses[url];
    if (!status) {
      throw new RangeError(`No status is prepared for ${url}`);
    }
    return status();
  };
  return verified(
    { ...answers, ...changed.answers },
    { ...outputs, ...changed.outputs },
    { ...pages, ...changed.pages },
    { handshake, ...outside },
  );
}

export const GATEWAY_CERTIFICATE = CERTIFICATE.replaceAll('1111', '2222');

const OF_DISTRIBUTION = {
  [Output.HTTP_URL]: 'https://app.example.com',
  [Output.WEBSOCKET_URL]: 'wss://app.example.com/socket',
  [Output.HTTP_HOST]: 'api.example.com',
  [Output.WEBSOCKET_HOST]: 'ws.example.com',
  [Output.GATEWAY_DISTRIBUTION_ID]: 'E1EXAMPLE',
  [Output.GATEWAY_ALIAS_TARGET]: 'd1.cloudfront.net',
  [Output.GATEWAY_ALIAS_TARGET_ZONE_ID]: 'Z2FDTNDATAQYW2',
  [Output.GATEWAY_CERTIFICATE_ARN]: GATEWAY_CERTIFICATE,
  [Output.GATEWAY_PAGE_BUCKET]: 'page',
};

const WITHOUT_HTTP_RECORDS = {
  [Output.HTTP_ALIAS_TARGET]: undefined,
  [Output.HTTP_ALIAS_TARGET_ZONE_ID]: undefined,
  // CloudFront reaches an internal load balancer by IPv4.
  [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: 'ipv4',
};

const WITHOUT_WEBSOCKET_RECORDS = {
  [Output.WEBSOCKET_ALIAS_TARGET]: undefined,
  [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID]: undefined,
};

const WITH_MAPPING_KEY = { [Output.MANAGEMENT_ENDPOINT]: 'https://ws.example.com/socket' };

const PAGES: Pages = {
  'https://app.example.com/': () => new Response('<!doctype html><title>Twinlane</title>'),
  'https://app.example.com/health': () => new Response('ok'),
  'https://app.example.com/v1/': () => new Response('{}', { status: 404 }),
  'https://app.example.com/docs': () => new Response('<html></html>'),
  'https://app.example.com/openapi.json': () => Response.json({}),
  'https://app.example.com/asyncapi.json': () => Response.json({}),
};

/** Response of a public load balancer that is asked directly. */
const REFUSED: Pages = { 'https://api.example.com/health': () => new Response('Forbidden', { status: 403 }) };

const HANDSHAKES = {
  'wss://app.example.com/socket': () => 401,
  'wss://ws.example.com/socket': () => 403,
};

const OF_GATEWAY = [
  alias('app.example.com.', 'A', 'd1.cloudfront.net.'),
  alias('app.example.com.', 'AAAA', 'd1.cloudfront.net.'),
];

/** Records of the gateway's host, and of those lanes that have some. */
export const recordsOf = (...lanes: ReturnType<typeof alias>[]) => ({
  ListResourceRecordSets: () => ({ ResourceRecordSets: [...OF_GATEWAY, ...lanes] }),
});

const OF_API = RECORDS.filter(({ Name }) => Name === 'ws.example.com.');

const CERTIFICATES = {
  DescribeCertificate: ({ CertificateArn }) => ({
    Certificate:
      CertificateArn === GATEWAY_CERTIFICATE
        ? { ...CERTIFICATE_DETAIL, SubjectAlternativeNames: ['app.example.com'] }
        : CERTIFICATE_DETAIL,
  }),
} satisfies Partial<Answers>;

const MAPPING = { GetApiMappings: () => ({ Items: [{ ApiId: 'api1', Stage: 'live', ApiMappingKey: 'socket' }] }) };

/** Makes the load balancers of the answers internal, and IPv4-only. */
function internal(describe: Answers['DescribeLoadBalancers']): Pick<Answers, 'DescribeLoadBalancers'> {
  return {
    DescribeLoadBalancers: (input) => ({
      LoadBalancers: describe(input).LoadBalancers?.map((one) => ({
        ...one,
        Scheme: 'internal' as const,
        IpAddressType: 'ipv4' as const,
      })),
    }),
  };
}

const SECRET = {
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: 'X-Origin-Secret', Values: ['the-secret'] },
};
const PATH = { Field: 'path-pattern', PathPatternConfig: { Values: ['/socket'] } };
const FORBIDDEN: Rule = {
  ...UPGRADE_REQUIRED_RULE,
  Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403' } }],
};

/** Rule of a public load balancer that forwards the requests of the gateway to the HTTP lane. */
export const FORWARD_GATEWAY: Rule = {
  Priority: '1000',
  Conditions: [SECRET],
  Actions: [{ Type: 'forward', TargetGroupArn: TARGET_GROUP }],
};

/** {@link UPGRADE_RULE} for the path of a gateway. */
export const UPGRADE_AT_PATH: Rule = { ...UPGRADE_RULE, Conditions: [...(UPGRADE_RULE.Conditions ?? []), PATH] };

/** {@link UPGRADE_AT_PATH} with the secret of the gateway. */
export const UPGRADE_WITH_SECRET: Rule = {
  ...UPGRADE_AT_PATH,
  Conditions: [...(UPGRADE_AT_PATH.Conditions ?? []), SECRET],
};

/** Answers with the rules of the listeners of both lanes. */
export const rulesOf = (http: readonly Rule[], servers: readonly Rule[]): Pick<Answers, 'DescribeRules'> => ({
  DescribeRules: ({ ListenerArn }) => ({ Rules: [...(ListenerArn === LISTENER ? http : servers)] }),
});

/** CloudFront, an API Gateway API, and an internal load balancer of the HTTP lane. */
export const GATEWAY: Combination = {
  outputs: { ...OF_DISTRIBUTION, ...WITHOUT_HTTP_RECORDS, ...WITH_MAPPING_KEY },
  answers: { ...CERTIFICATES, ...MAPPING, ...recordsOf(...OF_API), ...internal(PASSING.DescribeLoadBalancers) },
  pages: PAGES,
  handshakes: HANDSHAKES,
};

/** CloudFront, and servers with an internal load balancer of their own. */
export const GATEWAY_WITH_SERVERS: Combination = {
  outputs: { ...WITH_SERVERS, ...OF_DISTRIBUTION, ...WITHOUT_HTTP_RECORDS, ...WITHOUT_WEBSOCKET_RECORDS },
  answers: {
    ...BEHIND_LOAD_BALANCER,
    ...CERTIFICATES,
    ...recordsOf(),
    ...internal(BEHIND_LOAD_BALANCER.DescribeLoadBalancers),
    ...rulesOf([FORWARD_ALL], [UPGRADE_AT_PATH, UPGRADE_REQUIRED_RULE]),
  },
  pages: PAGES,
  handshakes: HANDSHAKES,
};

/** CloudFront, servers, and public load balancers that require its secret. */
export const GATEWAY_WITH_PUBLIC_LOAD_BALANCERS: Combination = {
  outputs: { ...WITH_SERVERS, ...OF_DISTRIBUTION },
  answers: {
    ...BEHIND_LOAD_BALANCER,
    ...CERTIFICATES,
    ...recordsOf(...BEHIND_LOAD_BALANCER.ListResourceRecordSets().ResourceRecordSets),
    ...rulesOf([FORWARD_GATEWAY, FORBIDDEN], [UPGRADE_WITH_SECRET, FORBIDDEN]),
  },
  pages: { ...PAGES, ...REFUSED },
  handshakes: HANDSHAKES,
};

/** {@link GATEWAY} with a public load balancer of the HTTP lane. */
export const GATEWAY_WITH_PUBLIC_HTTP: Combination = {
  outputs: { ...OF_DISTRIBUTION, ...WITH_MAPPING_KEY },
  answers: { ...CERTIFICATES, ...MAPPING, ...recordsOf(...RECORDS), ...rulesOf([FORWARD_GATEWAY, FORBIDDEN], []) },
  pages: { ...PAGES, ...REFUSED },
  handshakes: HANDSHAKES,
};

/** Rule for other requests to the path of a gateway, behind a load balancer that the lanes share. */
const UPGRADE_REQUIRED_AT_PATH: Rule = {
  ...UPGRADE_REQUIRED_RULE,
  IsDefault: false,
  Priority: '11',
  Conditions: [...(UPGRADE_RULE.Conditions ?? []).slice(0, 1), PATH],
};

/** {@link GATEWAY_WITH_PUBLIC_LOAD_BALANCERS} with servers behind the load balancer of the HTTP lane. */
export const GATEWAY_WITH_SHARED_LOAD_BALANCER: Combination = {
  outputs: { ...SHARED, ...OF_DISTRIBUTION },
  answers: {
    ...BEHIND_SHARED,
    ...CERTIFICATES,
    ...recordsOf(...BEHIND_SHARED.ListResourceRecordSets().ResourceRecordSets),
    ...rulesOf([UPGRADE_WITH_SECRET, UPGRADE_REQUIRED_AT_PATH, FORWARD_GATEWAY, FORBIDDEN], []),
  },
  pages: { ...PAGES, ...REFUSED },
  handshakes: { ...HANDSHAKES, 'wss://ws.example.com/socket': () => 426 },
};

const atApp = (rule: Rule): Rule => ({
  ...rule,
  Conditions: rule.Conditions?.map((one) =>
    one.HostHeaderConfig ? { ...one, HostHeaderConfig: { Values: ['app.example.com'] } } : one,
  ),
});

/** The load balancer of the HTTP lane as the gateway, without a distribution. */
export const ONE_LOAD_BALANCER: Combination = {
  outputs: {
    ...SHARED,
    [Output.HTTP_URL]: 'https://app.example.com',
    [Output.WEBSOCKET_URL]: 'wss://app.example.com/socket',
    [Output.WEBSOCKET_ALIAS_TARGET]: OUTPUTS[Output.HTTP_ALIAS_TARGET],
  },
  answers: {
    ...BEHIND_SHARED,
    DescribeCertificate: () => ({
      Certificate: { ...CERTIFICATE_DETAIL, SubjectAlternativeNames: ['app.example.com'] },
    }),
    ListResourceRecordSets: () => ({
      ResourceRecordSets: (['A', 'AAAA'] as const).map((family) =>
        alias('app.example.com.', family, `dualstack.${LOAD_BALANCER_DETAIL.DNSName}.`),
      ),
    }),
    ...rulesOf([atApp(UPGRADE_AT_PATH), atApp(UPGRADE_REQUIRED_AT_PATH), FORWARD_ALL], []),
  },
  pages: {},
  handshakes: {},
};
