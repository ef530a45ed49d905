import { ORIGIN_SECRET_HEADER as HEADER_OF_LANES } from '../../../../lambda/origin-secret';
import { HTTP_PATHS } from '../../../../lib/gateway/cloud-front';
import { Output } from '../../../../lib/outputs';
import { ORIGIN_SECRET_HEADER } from '../../../../tools/verify/checks/origin-secret';
import {
  type Combination,
  FORWARD_GATEWAY,
  GATEWAY,
  GATEWAY_WITH_PUBLIC_HTTP,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  GATEWAY_WITH_SHARED_LOAD_BALANCER,
  ONE_LOAD_BALANCER,
  recordsOf,
  rulesOf,
  UPGRADE_AT_PATH,
  UPGRADE_WITH_SECRET,
  verifiedWith,
} from '../passing-gateways';
import {
  alias,
  FORWARD_ALL,
  LOAD_BALANCER_DETAIL,
  RECORDS,
  UPGRADE_REQUIRED_RULE,
  UPGRADE_RULE,
} from '../passing-deployment';

const COMBINATIONS: readonly [name: string, combination: Combination, checks: readonly string[]][] = [
  [
    'a gateway',
    GATEWAY,
    [
      'app.example.com has an A alias to the distribution d1.cloudfront.net',
      'app.example.com has an AAAA alias to the distribution d1.cloudfront.net',
      'api.example.com has no record, because its load balancer is internal',
      'ws.example.com has an A alias to its custom domain',
      'ws.example.com has an AAAA alias to its custom domain',
    ],
  ],
  [
    'a gateway with servers',
    GATEWAY_WITH_SERVERS,
    [
      'app.example.com has an A alias to the distribution d1.cloudfront.net',
      'app.example.com has an AAAA alias to the distribution d1.cloudfront.net',
      'api.example.com has no record, because its load balancer is internal',
      'ws.example.com has no record, because its load balancer is internal',
    ],
  ],
  [
    'a gateway with public load balancers and servers',
    GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
    [
      'app.example.com has an A alias to the distribution d1.cloudfront.net',
      'app.example.com has an AAAA alias to the distribution d1.cloudfront.net',
      'api.example.com has an A alias to the load balancer',
      'api.example.com has an AAAA alias to the load balancer',
      'ws.example.com has an A alias to the load balancer',
      'ws.example.com has an AAAA alias to the load balancer',
    ],
  ],
  [
    'a gateway with a public load balancer and an API',
    GATEWAY_WITH_PUBLIC_HTTP,
    [
      'app.example.com has an A alias to the distribution d1.cloudfront.net',
      'app.example.com has an AAAA alias to the distribution d1.cloudfront.net',
      'api.example.com has an A alias to the load balancer',
      'api.example.com has an AAAA alias to the load balancer',
      'ws.example.com has an A alias to its custom domain',
      'ws.example.com has an AAAA alias to its custom domain',
    ],
  ],
  [
    'a gateway with one public load balancer for both lanes',
    GATEWAY_WITH_SHARED_LOAD_BALANCER,
    [
      'app.example.com has an A alias to the distribution d1.cloudfront.net',
      'app.example.com has an AAAA alias to the distribution d1.cloudfront.net',
      'api.example.com has an A alias to the load balancer',
      'api.example.com has an AAAA alias to the load balancer',
      'ws.example.com has an A alias to the load balancer',
      'ws.example.com has an AAAA alias to the load balancer',
    ],
  ],
  [
    'one load balancer',
    ONE_LOAD_BALANCER,
    ['app.example.com has an A alias to the load balancer', 'app.example.com has an AAAA alias to the load balancer'],
  ],
];

describe('The checks of a deployment with', () => {
  it.each(COMBINATIONS)('%s all pass, with the records of its hosts', async (_, combination, records) => {
    const found = await verifiedWith(combination);

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(found.filter(({ group }) => group === 'Records').map(({ expected }) => expected)).toEqual(records);
  });

  it('a gateway ask it for the page, both lanes, and the API behind it for a refusal', async () => {
    expect(await gatewayOf(GATEWAY)).toEqual([
      ...FORWARDED,
      'A handshake at wss://app.example.com/socket without a ticket is refused by the WebSocket lane, with 401',
      'A handshake at wss://ws.example.com/socket is refused with 403, because it bypasses the gateway',
    ]);
  });

  it('a gateway with servers ask no internal load balancer', async () => {
    expect(await gatewayOf(GATEWAY_WITH_SERVERS)).toEqual([
      ...FORWARDED,
      'A handshake at wss://app.example.com/socket without a ticket is refused by the WebSocket lane, with 401',
    ]);
  });

  it('a gateway with public load balancers ask both for a refusal', async () => {
    expect(await gatewayOf(GATEWAY_WITH_PUBLIC_LOAD_BALANCERS)).toEqual([
      ...FORWARDED,
      'A handshake at wss://app.example.com/socket without a ticket is refused by the WebSocket lane, with 401',
      'https://api.example.com/health is refused with 403, because it bypasses the gateway',
      'A handshake at wss://ws.example.com/socket is refused with 403, because it bypasses the gateway',
    ]);
  });

  it('a gateway with one public load balancer for both lanes accept 426 as the refusal of a handshake', async () => {
    expect(await gatewayOf(GATEWAY_WITH_SHARED_LOAD_BALANCER)).toContain(
      'A handshake at wss://ws.example.com/socket is refused with 426, because it bypasses the gateway',
    );
  });

  it('one load balancer send no request', async () => {
    expect(await gatewayOf(ONE_LOAD_BALANCER)).toEqual([]);
  });

  it('a gateway without a page ask only for the health of the HTTP lane', async () => {
    const found = await gatewayOf({
      ...GATEWAY,
      outputs: { ...GATEWAY.outputs, [Output.GATEWAY_PAGE_BUCKET]: undefined },
    });

    expect(found.filter((expected) => expected.startsWith('https://'))).toEqual(FORWARDED.slice(0, 1));
  });

  it('a gateway without authentication open no WebSocket', async () => {
    const open = {
      [Output.TOKEN_ISSUER]: undefined,
      [Output.TOKEN_AUDIENCE]: undefined,
      [Output.TOKEN_ALGORITHMS]: undefined,
    };
    const found = await gatewayOf({ ...GATEWAY, outputs: { ...GATEWAY.outputs, ...open } });

    expect(found.filter((expected) => expected.includes('wss://app.example.com'))).toEqual([]);
  });

  it('a gateway ask it for a path of each behavior of the HTTP lane', () => {
    const paths = FORWARDED.flatMap((text) => /^https:\/\/app\.example\.com(\/\S+)/.exec(text)?.[1] ?? []);
    const matches = (pattern: string, path: string) =>
      pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

    expect(HTTP_PATHS.filter((pattern) => !paths.some((path) => matches(pattern, path)))).toEqual([]);
    expect(paths.filter((path) => !HTTP_PATHS.some((pattern) => matches(pattern, path)))).toEqual([]);
  });

  it('a gateway name the header that the lanes compare', () => {
    expect(ORIGIN_SECRET_HEADER).toBe(HEADER_OF_LANES);
  });
});

const FORWARDED = [
  'https://app.example.com/health is answered by the HTTP lane',
  ...['v1/', 'docs', 'openapi.json', 'asyncapi.json'].map(
    (path) => `https://app.example.com/${path} is not answered by the bucket of the page`,
  ),
  'https://app.example.com/ is answered with the page',
];

async function gatewayOf(combination: Combination): Promise<string[]> {
  return (await verifiedWith(combination)).filter(({ group }) => group === 'Gateway').map(({ expected }) => expected);
}

const status = (code: number) => () => new Response('<Error><Code>AccessDenied</Code></Error>', { status: code });

type Breakage = readonly [
  how: string,
  combination: Combination,
  changed: Partial<Combination>,
  expected: string,
  found: string,
];

const BREAKAGES: readonly Breakage[] = [
  [
    'a distribution that cannot reach the HTTP lane',
    GATEWAY,
    { pages: { 'https://app.example.com/health': status(502) } },
    'https://app.example.com/health is answered by the HTTP lane',
    'status 502',
  ],
  ...['v1/', 'docs', 'openapi.json', 'asyncapi.json'].map((path): Breakage => [
    `a distribution without a behavior for /${path}`,
    GATEWAY,
    { pages: { [`https://app.example.com/${path}`]: status(403) } },
    `https://app.example.com/${path} is not answered by the bucket of the page`,
    'status 403',
  ]),
  [
    'an empty bucket',
    GATEWAY,
    { pages: { 'https://app.example.com/': status(403) } },
    'https://app.example.com/ is answered with the page',
    'status 403, no HTML',
  ],
  [
    'a distribution that forwards the page to the HTTP lane',
    GATEWAY,
    { pages: { 'https://app.example.com/': () => Response.json({}) } },
    'https://app.example.com/ is answered with the page',
    'status 200, no HTML',
  ],
  [
    'a distribution that does not send the secret',
    GATEWAY,
    { handshakes: { 'wss://app.example.com/socket': () => 403 } },
    'A handshake at wss://app.example.com/socket without a ticket is refused by the WebSocket lane, with 401',
    'status 403',
  ],
  [
    'a distribution that does not forward the upgrade',
    GATEWAY_WITH_SERVERS,
    { handshakes: { 'wss://app.example.com/socket': () => 426 } },
    'A handshake at wss://app.example.com/socket without a ticket is refused by the WebSocket lane, with 401',
    'status 426',
  ],
  [
    'an API that does not compare the secret',
    GATEWAY,
    { handshakes: { 'wss://ws.example.com/socket': () => 401 } },
    'A handshake at wss://ws.example.com/socket is refused with 403, because it bypasses the gateway',
    'status 401',
  ],
  [
    'a public load balancer that answers anyone',
    GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
    { pages: { 'https://api.example.com/health': () => new Response('ok') } },
    'https://api.example.com/health is refused with 403, because it bypasses the gateway',
    'status 200',
  ],
  [
    'servers that anyone reaches',
    GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
    { handshakes: { 'wss://ws.example.com/socket': () => 401 } },
    'A handshake at wss://ws.example.com/socket is refused with 403, because it bypasses the gateway',
    'status 401',
  ],
  [
    'a rule of the HTTP lane without the secret',
    GATEWAY_WITH_PUBLIC_HTTP,
    { answers: rulesOf([FORWARD_GATEWAY, FORWARD_ALL], []) },
    'Every rule that forwards requires the header x-origin-secret',
    'rules without it: default',
  ],
  [
    'no rule of the HTTP lane that forwards',
    GATEWAY_WITH_PUBLIC_HTTP,
    { answers: rulesOf([], []) },
    'Every rule that forwards requires the header x-origin-secret',
    '0 rules forward',
  ],
  [
    'a rule for handshakes without the secret',
    GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
    {
      answers: rulesOf(
        [FORWARD_GATEWAY],
        [
          UPGRADE_AT_PATH,
          {
            ...UPGRADE_REQUIRED_RULE,
            Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '403' } }],
          },
        ],
      ),
    },
    'Every rule that forwards requires the header x-origin-secret',
    'rules without it: 10',
  ],
  [
    'a rule for handshakes without the secret, behind one public load balancer for both lanes',
    GATEWAY_WITH_SHARED_LOAD_BALANCER,
    {
      answers: {
        DescribeRules: (input) => ({
          Rules: GATEWAY_WITH_SHARED_LOAD_BALANCER.answers
            .DescribeRules?.(input)
            .Rules?.map((rule) => (rule.Priority === '10' ? UPGRADE_AT_PATH : rule)),
        }),
      },
    },
    'Every rule that forwards requires the header x-origin-secret',
    'rules without it: 10',
  ],
  [
    'a default response that tells more than a refusal',
    GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
    { answers: rulesOf([FORWARD_GATEWAY], [UPGRADE_WITH_SECRET, UPGRADE_REQUIRED_RULE]) },
    'Other requests to ws.example.com/socket are answered with 403',
    '426',
  ],
  [
    'a rule for handshakes at another path',
    GATEWAY_WITH_SERVERS,
    {
      answers: rulesOf(
        [FORWARD_ALL],
        [{ ...UPGRADE_RULE, Conditions: [...(UPGRADE_RULE.Conditions ?? []), otherPath()] }, UPGRADE_REQUIRED_RULE],
      ),
    },
    'Handshakes for ws.example.com/socket are forwarded to the servers',
    'no rule',
  ],
  [
    'a rule for handshakes at every path',
    GATEWAY_WITH_SERVERS,
    { answers: rulesOf([FORWARD_ALL], [UPGRADE_RULE, UPGRADE_REQUIRED_RULE]) },
    'Handshakes for ws.example.com/socket are forwarded to the servers',
    'no rule',
  ],
  [
    'one load balancer that forwards other requests to the path',
    ONE_LOAD_BALANCER,
    {
      answers: {
        DescribeRules: (input) => ({
          Rules: ONE_LOAD_BALANCER.answers.DescribeRules?.(input).Rules?.filter(({ Priority }) => Priority !== '11'),
        }),
      },
    },
    'Other requests to app.example.com/socket are answered with 426',
    'forward',
  ],
  [
    'an API at the root of its host',
    GATEWAY,
    { answers: { GetApiMappings: () => ({ Items: [{ ApiId: 'api1', Stage: 'live' }] }) } },
    'ws.example.com maps only the path /socket to the stage live of the API api1',
    '/ → api1 live',
  ],
  [
    'a record that bypasses the distribution',
    GATEWAY,
    {
      answers: recordsOf(
        alias('app.example.com.', 'A', 'other.example.net.'),
        ...RECORDS.filter(({ Name }) => Name === 'ws.example.com.'),
      ),
    },
    'app.example.com has an A alias to the distribution d1.cloudfront.net',
    'd1.cloudfront.net., other.example.net.',
  ],
  [
    'a record of an internal load balancer',
    GATEWAY,
    { answers: recordsOf(...RECORDS.filter(({ Name, Type }) => Name === 'ws.example.com.' || Type === 'A')) },
    'api.example.com has no record, because its load balancer is internal',
    'A. Fix: delete the records of api.example.com.',
  ],
  [
    'a certificate of other hosts',
    GATEWAY,
    {
      answers: {
        DescribeCertificate: (input) => ({
          Certificate: {
            ...GATEWAY.answers.DescribeCertificate?.(input).Certificate,
            SubjectAlternativeNames: ['api.example.com', 'ws.example.com'],
          },
        }),
      },
    },
    'The certificate of app.example.com covers each host',
    'api.example.com, ws.example.com',
  ],
];

function otherPath() {
  return { PathPatternConfig: { Values: ['/other'] } };
}

describe('The checks of a gateway fail', () => {
  it.each(BREAKAGES)('for %s', async (_, combination, changed, expected, found) => {
    const failed = (await verifiedWith(combination, changed)).filter(({ result }) => result !== 'passed');

    expect(failed.map((one) => [one.expected, one.found, one.result])).toEqual([[expected, found, 'failed']]);
  });

  it.each([
    ['the HTTP lane', GATEWAY, 1],
    ['both lanes', GATEWAY_WITH_SERVERS, 2],
  ] as const)('for a public load balancer of %s that must be internal', async (_, combination, count) => {
    const LoadBalancers = [
      { ...LOAD_BALANCER_DETAIL, IpAddressType: 'ipv4' as const, Scheme: 'internet-facing' as const },
    ];
    const failed = (
      await verifiedWith(combination, { answers: { DescribeLoadBalancers: () => ({ LoadBalancers }) } })
    ).filter(({ result }) => result !== 'passed');

    expect(failed.map(({ expected, found }) => [expected, found])).toEqual(
      Array.from({ length: count }, () => ['The load balancer is internal', 'internet-facing']),
    );
  });

  it('with no finding that has the secret', async () => {
    const changes = [{}, { answers: rulesOf([UPGRADE_WITH_SECRET], [FORWARD_GATEWAY]) }];
    for (const changed of changes) {
      const found = await verifiedWith(GATEWAY_WITH_PUBLIC_LOAD_BALANCERS, changed);

      expect(JSON.stringify(found)).not.toContain('the-secret');
    }
  });
});

describe('The checks of a gateway are unknown', () => {
  it('for a host that does not respond', async () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const handshake = async () => {
      throw refused;
    };
    const pages = {
      'https://app.example.com/health': () => {
        throw new TypeError('fetch failed', { cause: refused });
      },
    };
    const notPassed = (await verifiedWith(GATEWAY, { pages }, { handshake })).filter(
      ({ result }) => result !== 'passed',
    );

    expect(notPassed.map(({ found, result }) => [found, result])).toEqual(
      ['https://app.example.com/health', 'wss://app.example.com/socket', 'wss://ws.example.com/socket'].map((url) => [
        `${url} did not respond (ECONNREFUSED). Fix: check the network.`,
        'unknown',
      ]),
    );
  });
});

describe('Without a hosted zone, the checks of a gateway', () => {
  const elsewhere = { [Output.HOSTED_ZONE_ID]: undefined };
  const addresses = (last: string, ...names: string[]) => ({
    names,
    A: [`192.0.2.${last}`],
    AAAA: [`2001:db8::${last}`],
  });
  const none = { names: [], A: [], AAAA: [] };
  const resolvedAs = (records: Readonly<Record<string, typeof none | ReturnType<typeof addresses>>>) => ({
    resolve: async (host: string) => records[host] ?? none,
  });
  const RESOLVED = {
    'app.example.com': addresses('1', 'd1.cloudfront.net'),
    'd1.cloudfront.net': addresses('1'),
  };

  it('pass if DNS leads its host to the distribution, and the hosts of internal load balancers nowhere', async () => {
    const found = await verifiedWith(GATEWAY_WITH_SERVERS, { outputs: elsewhere }, resolvedAs(RESOLVED));

    expect(found.filter(({ group }) => group === 'Records').map(({ expected, result }) => [expected, result])).toEqual([
      ['app.example.com has an IPv4 address of d1.cloudfront.net', 'passed'],
      ['app.example.com has an IPv6 address of d1.cloudfront.net', 'passed'],
      ['api.example.com has no address, because its load balancer is internal', 'passed'],
      ['ws.example.com has no address, because its load balancer is internal', 'passed'],
    ]);
  });

  it('fail for a record that is left', async () => {
    const left = resolvedAs({ ...RESOLVED, 'api.example.com': addresses('9', 'lane.example.net') });
    const failed = (await verifiedWith(GATEWAY_WITH_SERVERS, { outputs: elsewhere }, left)).filter(
      ({ result }) => result !== 'passed',
    );

    expect(failed.map(({ expected, found }) => [expected, found])).toEqual([
      [
        'api.example.com has no address, because its load balancer is internal',
        'lane.example.net, 192.0.2.9, 2001:db8::9. Fix: delete the records of api.example.com.',
      ],
    ]);
  });

  it('ask for one host if one load balancer is the gateway', async () => {
    const target = 'dualstack.lane-1.us-east-1.elb.amazonaws.com';
    const records = { 'app.example.com': addresses('1', target), [target]: addresses('1') };
    const found = await verifiedWith(ONE_LOAD_BALANCER, { outputs: elsewhere }, resolvedAs(records));

    expect(found.filter(({ group }) => group === 'Records').map(({ expected, result }) => [expected, result])).toEqual([
      [`app.example.com has an IPv4 address of ${target}`, 'passed'],
      [`app.example.com has an IPv6 address of ${target}`, 'passed'],
    ]);
  });
});
