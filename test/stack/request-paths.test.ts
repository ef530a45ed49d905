import { HTTP_PATHS } from '../../lib/gateway/cloud-front';
import { idsOf, type Resources } from './lanes-of';
import { idsAt } from './meeting-points';
import { requestPaths } from './request-paths';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  ONE_LOAD_BALANCER,
  stageTemplate,
} from './stages';

/** Names of resources in paths, by a part of their logical ids. */
const NAMES: Record<string, string> = {
  AccessLogs: 'access logs',
  HttpLaneLoadBalancer: 'load balancer',
  ServersLoadBalancer: 'load balancer of servers',
  HttpLane: 'HTTP tasks',
  Servers: 'servers',
  GatewayPage: 'page',
  S3AutoDeleteObjects: 'the function that empties buckets',
  GatewayDistribution: 'the distribution',
};

const HOST = 'app.gateway.example.com';

/** Paths from clients to the page, through the distribution only. */
const PAGE = [
  `https (or redirected)://${HOST}/* → page, signed`,
  'cloudfront.amazonaws.com for the distribution → page: s3:GetObject',
  // Only before CloudFormation deletes the bucket. It cannot read files.
  'the function that empties buckets → page: s3:DeleteObject*,s3:GetBucket*,s3:List*,s3:PutBucketPolicy',
];

/** Paths from clients to the HTTP lane, whose load balancer is internal. */
const HTTP_IN_VPC = [
  ...HTTP_PATHS.map((path) => `https://${HOST}${path} → VPC, load balancer, as api.gateway.example.com`),
  'VPC, load balancer → HTTP tasks',
];

/** Paths from clients to the HTTP lane, whose load balancer is public. */
const HTTP_WITH_SECRET = [
  ...HTTP_PATHS.map((path) => `https://${HOST}${path} → https://api.gateway.example.com, secret`),
  'internet, load balancer → 403',
  'internet, load balancer, secret → HTTP tasks',
];

const API_WITH_SECRET = [
  `https://${HOST}/socket → https://ws.gateway.example.com, secret`,
  'https://ws.gateway.example.com/socket, secret → API',
];

const SERVERS_IN_VPC = [
  `https://${HOST}/socket → VPC, load balancer of servers, as ws.gateway.example.com`,
  'VPC, load balancer of servers → 426',
  'VPC, load balancer of servers, host-header ws.gateway.example.com, path-pattern /socket, Upgrade websocket → servers',
];

const SERVERS_WITH_SECRET = [
  `https://${HOST}/socket → https://ws.gateway.example.com, secret`,
  'internet, load balancer of servers → 403',
  'internet, load balancer of servers, host-header ws.gateway.example.com, path-pattern /socket, Upgrade websocket, secret → servers',
];

const PATHS = {
  api: [...PAGE, ...HTTP_IN_VPC, ...API_WITH_SECRET],
  servers: [...PAGE, ...HTTP_IN_VPC, ...SERVERS_IN_VPC],
  publicServers: [...PAGE, ...HTTP_WITH_SECRET, ...SERVERS_WITH_SECRET],
  publicApi: [...PAGE, ...HTTP_WITH_SECRET, ...API_WITH_SECRET],
};

const CHANGES = {
  api: {},
  servers: GATEWAY_WITH_SERVERS,
  publicServers: GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  publicApi: GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
};

type Combination = keyof typeof PATHS;

function pathsOf(resources: Resources): string[] {
  return requestPaths(resources, (id) => Object.entries(NAMES).find(([part]) => id.includes(part))?.[1] ?? id);
}

const templates = new Map<Combination, Resources>();

/** @returns a copy of the resources of a combination, which is synthesized once */
function resourcesOf(combination: Combination): Resources {
  const resources = templates.get(combination) ?? stageTemplate('gateway', CHANGES[combination]).toJSON().Resources;
  templates.set(combination, resources);
  return structuredClone(resources);
}

test.each<[string, Combination]>([
  ['an API and an internal load balancer', 'api'],
  ['two internal load balancers', 'servers'],
  ['two public load balancers, which require its secret', 'publicServers'],
  ['an API and a public load balancer, which require its secret', 'publicApi'],
])('only the distribution reaches the page and the lanes: %s', (_, combination) => {
  expect(pathsOf(resourcesOf(combination))).toEqual(PATHS[combination].toSorted());
});

test('without a page, the HTTP lane gets all paths except that of the WebSocket lane', () => {
  const gateway = { type: 'cloudFront' as const, host: HOST };
  const paths = pathsOf(stageTemplate('gateway', { gateway }).toJSON().Resources);
  expect(paths).toEqual(
    [
      `https://${HOST}/* → VPC, load balancer, as api.gateway.example.com`,
      'VPC, load balancer → HTTP tasks',
      ...API_WITH_SECRET,
    ].toSorted(),
  );
});

test('one load balancer sends handshakes at the path of WebSockets to servers, and all other paths to the HTTP lane', () => {
  const place = 'internet, load balancer, host-header app.servers.example.com, path-pattern /socket';
  expect(pathsOf(stageTemplate('servers', ONE_LOAD_BALANCER).toJSON().Resources)).toEqual(
    ['internet, load balancer → HTTP tasks', `${place} → 426`, `${place}, Upgrade websocket → servers`].toSorted(),
  );
});

test.each([
  ['dev', 'https://ws.dev.example.com/ → API'],
  ['prod', 'https://ws.example.com/ → API'],
])('without a gateway, clients reach both lanes of the %s stage', (stage, api) => {
  const paths = pathsOf(stageTemplate(stage).toJSON().Resources).filter((path) => !path.includes('access logs'));
  expect(paths).toEqual([api, 'internet, load balancer → HTTP tasks'].toSorted());
});

describe('the list of request paths shows', () => {
  const only = (all: Resources, point: string) => {
    const [id = '', ...others] = idsAt(all, point);
    expect([id, ...others]).toEqual([expect.stringMatching(/./)]);
    return all[id]?.Properties;
  };
  const configOf = (all: Resources) => only(all, 'AWS::CloudFront::Distribution').DistributionConfig;
  const behaviorOf = (all: Resources, path: string) =>
    configOf(all).CacheBehaviors.find(({ PathPattern }: { PathPattern: string }) => PathPattern === path);
  const originOf = (all: Resources, host: string) =>
    configOf(all).Origins.find(({ DomainName }: { DomainName: unknown }) => DomainName === host);
  const rule = 'AWS::ElasticLoadBalancingV2::ListenerRule';

  const sabotages: [string, Combination, string, (all: Resources) => void][] = [
    [
      'a behavior of the API that goes to the WebSocket lane',
      'api',
      `https://${HOST}/v1/* → https://ws.gateway.example.com, secret`,
      (all) => Object.assign(behaviorOf(all, '/v1/*'), { TargetOriginId: behaviorOf(all, '/socket').TargetOriginId }),
    ],
    [
      'a behavior of WebSockets that goes to the HTTP lane',
      'servers',
      `https://${HOST}/socket → VPC, load balancer, as api.gateway.example.com`,
      (all) => Object.assign(behaviorOf(all, '/socket'), { TargetOriginId: behaviorOf(all, '/v1/*').TargetOriginId }),
    ],
    [
      'a VPC origin of the load balancer of the other lane',
      'servers',
      `https://${HOST}/socket → VPC, load balancer, as ws.gateway.example.com`,
      (all) => {
        const [Ref] = idsAt(all, 'AWS::ElasticLoadBalancingV2::LoadBalancer/HttpLane');
        only(all, 'AWS::CloudFront::VpcOrigin/WebSocketOrigin').VpcOriginEndpointConfig.Arn = { Ref };
      },
    ],
    [
      'a behavior that reaches the management endpoint of the API',
      'api',
      `https://${HOST}/socket/* → https://ws.gateway.example.com, secret`,
      (all) => Object.assign(behaviorOf(all, '/socket'), { PathPattern: '/socket/*' }),
    ],
    [
      'a behavior that accepts requests without TLS',
      'api',
      `http or https://${HOST}/v1/* → VPC, load balancer, as api.gateway.example.com`,
      (all) => Object.assign(behaviorOf(all, '/v1/*'), { ViewerProtocolPolicy: 'allow-all' }),
    ],
    [
      'an origin without TLS',
      'api',
      `https://${HOST}/socket → https://ws.gateway.example.com, secret, by http-only`,
      (all) =>
        Object.assign(originOf(all, 'ws.gateway.example.com').CustomOriginConfig, {
          OriginProtocolPolicy: 'http-only',
        }),
    ],
    [
      'an internal load balancer that was made public',
      'api',
      'internet, load balancer → HTTP tasks',
      (all) => Object.assign(only(all, 'AWS::ElasticLoadBalancingV2::LoadBalancer'), { Scheme: 'internet-facing' }),
    ],
    [
      'a public load balancer whose default action forwards',
      'publicServers',
      'internet, load balancer → HTTP tasks',
      (all) => {
        const { Actions } = only(all, `${rule}/HttpLane`);
        only(all, 'AWS::ElasticLoadBalancingV2::Listener/HttpLane').DefaultActions = Actions;
      },
    ],
    [
      'a rule for handshakes without the secret',
      'publicServers',
      'internet, load balancer of servers, host-header ws.gateway.example.com, path-pattern /socket, Upgrade websocket → servers',
      (all) => only(all, `${rule}/UpgradeRule`).Conditions.pop(),
    ],
    [
      'a rule with a secret that is written in the template',
      'publicApi',
      'internet, load balancer, x-origin-secret guessed → HTTP tasks',
      (all) => Object.assign(only(all, rule).Conditions[0].HttpHeaderConfig, { Values: ['guessed'] }),
    ],
    [
      'an additional rule for anyone',
      'publicApi',
      'internet, load balancer, path-pattern /health → HTTP tasks',
      (all) => {
        const Conditions = [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/health'] } }];
        Object.assign(all, { Planted: { Type: rule, Properties: { ...only(all, rule), Conditions } } });
      },
    ],
    [
      'an API that requires no secret',
      'api',
      'https://ws.gateway.example.com/socket → API',
      (all) => {
        const { Variables } = only(all, 'AWS::Lambda::Function/WebSocketLaneConnect').Environment;
        Object.assign(Variables, { ORIGIN_SECRET: 'none' });
      },
    ],
    [
      'an API at its default endpoint',
      'api',
      'default endpoint → API',
      (all) => Object.assign(only(all, 'AWS::ApiGatewayV2::Api'), { DisableExecuteApiEndpoint: false }),
    ],
    [
      'a policy with which anyone reads the bucket',
      'servers',
      '{"AWS":"*"} → page: s3:GetObject',
      (all) => {
        const { Statement } = only(all, 'AWS::S3::BucketPolicy').PolicyDocument;
        Statement.push({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject', Resource: '*' });
      },
    ],
    [
      'a policy with which any distribution reads the bucket',
      'servers',
      'cloudfront.amazonaws.com → page: s3:GetObject',
      (all) => {
        const { Statement } = only(all, 'AWS::S3::BucketPolicy').PolicyDocument;
        Statement.forEach((statement: { Condition?: unknown }) => delete statement.Condition);
      },
    ],
    [
      'a bucket that does not block public access',
      'servers',
      'public access → page',
      (all) => delete only(all, 'AWS::S3::Bucket').PublicAccessBlockConfiguration,
    ],
    [
      'a second distribution',
      'api',
      'http or https://other.example.com/* → VPC, load balancer, as api.gateway.example.com',
      (all) => {
        const { Origins, CacheBehaviors } = configOf(all);
        const DistributionConfig = {
          Aliases: ['other.example.com'],
          DefaultCacheBehavior: { ...CacheBehaviors[0], ViewerProtocolPolicy: 'allow-all' },
          Origins,
        };
        Object.assign(all, { Planted: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } } });
      },
    ],
  ];

  test.each(sabotages)('%s', (_, combination, path, sabotage) => {
    const resources = resourcesOf(combination);
    expect(pathsOf(resources)).not.toContain(path);
    sabotage(resources);
    expect(pathsOf(resources)).toContain(path);
    expect(PATHS[combination]).not.toContain(path);
  });

  test('an origin of the lanes that does not send the secret', () => {
    const resources = resourcesOf('publicServers');
    delete originOf(resources, 'api.gateway.example.com').OriginCustomHeaders;
    expect(pathsOf(resources)).toContain(`https://${HOST}/v1/* → https://api.gateway.example.com`);
  });
});

test('an internal load balancer has no records, because clients do not resolve its host', () => {
  const hosts = (combination: Combination) => {
    const resources = resourcesOf(combination);
    return new Set(idsOf(resources, 'AWS::Route53::RecordSet').map((id) => resources[id]?.Properties.Name));
  };
  expect(hosts('api')).toEqual(new Set([`${HOST}.`, 'ws.gateway.example.com.']));
  expect(hosts('servers')).toEqual(new Set([`${HOST}.`]));
  expect(hosts('publicServers')).toEqual(new Set([`${HOST}.`, 'api.gateway.example.com.', 'ws.gateway.example.com.']));
});
