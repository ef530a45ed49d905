import { isInZone, LONGEST_FIRST_NAME } from '../domains/host-names';
import { CLOUDFRONT_REGION, partitionOf } from '../partition';
import type { Finding, Sound } from './check-shape';
import { cloudFrontOf, hasInternalLoadBalancers } from './gateway';
import type { Rule } from './rules';
import type { StageSettings } from './shape';
import { serversOf } from './websocket-entry';

/** The certificate and the web ACL of a distribution are those of us-east-1, in the partition aws. */
function* cloudFrontInPartition(settings: Sound<StageSettings>): Iterable<Finding> {
  if (cloudFrontOf(settings) && isOtherPartition(settings)) {
    const { region } = settings;
    yield {
      path: ['gateway', 'type'],
      value: 'cloudFront',
      rule: `must not be "cloudFront" in the partition ${partitionOf(region ?? '')}, which ${region} is in`,
      fix: 'use "loadBalancer", which needs servers, or remove gateway',
    };
  }
}

function* hostInZone(settings: Sound<StageSettings>): Iterable<Finding> {
  const host = cloudFrontOf(settings)?.host;
  const zone = settings.hostedZone?.name;
  if (host && zone && !isInZone(host, zone)) {
    yield {
      path: ['gateway', 'host'],
      value: host,
      rule: `must be in the hosted zone ${zone}`,
      fix: `use "${host.split('.')[0]}.${zone}", or set hostedZone to the zone that contains ${host}`,
    };
  }
}

/** The records of one name cannot point to both. */
function* hostOfItsOwn(settings: Sound<StageSettings>): Iterable<Finding> {
  const host = cloudFrontOf(settings)?.host;
  const lane = (['http', 'websocket'] as const).find((each) => host && settings.hosts?.[each] === host);
  if (lane) {
    yield {
      path: ['gateway', 'host'],
      value: host,
      rule: `must differ from hosts.${lane}, the host under which CloudFront reaches that lane`,
      fix: 'use three host names, such as "app.example.com", "api.example.com" and "ws.example.com"',
    };
  }
}

/** A load balancer has no targets that are WebSocket APIs. */
function* serversBehindLoadBalancer(settings: Sound<StageSettings>): Iterable<Finding> {
  const websocket = settings.capacity?.websocket;
  if (settings.gateway?.type !== 'loadBalancer' || !websocket) return;
  const servers = serversOf(settings);
  if (!servers) {
    yield {
      path: ['capacity', 'websocket', 'type'],
      value: websocket.type,
      rule: 'must be "servers" if gateway.type is "loadBalancer", because a load balancer cannot forward to an API Gateway API',
      fix: 'use { "type": "servers", "loadBalancer": "shared" } with minTasks, maxTasks, cpu and memoryMiB, or set gateway.type to "cloudFront"',
    };
  } else if (servers.loadBalancer !== 'shared') {
    yield {
      path: ['capacity', 'websocket', 'loadBalancer'],
      value: servers.loadBalancer,
      rule: 'must be "shared" if gateway.type is "loadBalancer", because one load balancer receives the requests of both lanes',
      fix: 'set it to "shared", or set gateway.type to "cloudFront"',
    };
  }
}

/** CloudFront accepts only certificates of us-east-1, and a stack creates resources only in its own Region. */
function* certificateOfGateway(settings: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const cloudFront = cloudFrontOf(settings);
  if (!cloudFront || isOtherPartition(settings)) return;
  const { host, certificateArn } = cloudFront;
  const { region, account } = settings;
  if (certificateArn) {
    yield* inAccount('certificateArn', certificateArn, account, `request a certificate in ${account}`);
    return;
  }
  const path = ['gateway', 'certificateArn'];
  const request = `request a certificate${host ? ` for ${host}` : ''} in ${CLOUDFRONT_REGION}, and set gateway.certificateArn to its ARN`;
  if (region && region !== CLOUDFRONT_REGION) {
    const rule = `is required in ${region}, because CloudFront accepts only certificates of ${CLOUDFRONT_REGION}, and the stack creates one only in its own Region`;
    yield { path, value: undefined, rule, fix: request };
  } else if (!given.has('hostedZone')) {
    const rule = 'is required without hostedZone, because ACM validates a new certificate by records in the zone';
    yield { path, value: undefined, rule, fix: request };
  } else if (host && host.length > LONGEST_FIRST_NAME && !given.has('gateway.certificateArn')) {
    yield {
      path: ['gateway', 'host'],
      value: host,
      rule: `must have at most ${LONGEST_FIRST_NAME} characters, like the first name of any certificate that ACM creates`,
      fix: 'use a shorter name, or set gateway.certificateArn to a certificate that exists',
    };
  }
}

/** With CloudFront, `webAcl` creates a web ACL for the distribution. */
function* webAclOfGateway(settings: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const cloudFront = cloudFrontOf(settings);
  if (!cloudFront || isOtherPartition(settings)) return;
  const { region, account } = settings;
  const { webAclArn } = cloudFront;
  if (webAclArn) {
    yield* inAccount('webAclArn', webAclArn, account, `use a web ACL of ${account}`);
  }
  if (!given.has('webAcl')) return;
  const created = region === undefined || region === CLOUDFRONT_REGION;
  if (webAclArn || given.has('gateway.webAclArn')) {
    yield {
      path: ['webAcl'],
      value: undefined,
      rule: 'must not be set with gateway.webAclArn, because a distribution has one web ACL',
      fix: `remove webAcl${created ? ', or remove gateway.webAclArn to have one created' : ''}`,
    };
  } else if (!created) {
    yield {
      path: ['webAcl'],
      value: undefined,
      rule: `must not be set with a CloudFront gateway in ${region}, because CloudFront accepts only web ACLs of ${CLOUDFRONT_REGION}, and the stack creates one only in its own Region`,
      fix: `create a web ACL for CloudFront in ${CLOUDFRONT_REGION}, set gateway.webAclArn to its ARN, and remove webAcl`,
    };
  }
}

function* inAccount(
  key: 'certificateArn' | 'webAclArn',
  value: string,
  account: string | undefined,
  fix: string,
): Iterable<Finding> {
  if (account && value.split(':')[4] !== account) {
    yield { path: ['gateway', key], value, rule: `must be in the account of the stack, ${account}`, fix };
  }
}

/** The security group of an internal load balancer admits this block. That of a VPC that the stack creates is known. */
function* addressesOfNetwork(settings: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const { network } = settings;
  if (network && !network.vpcCidrBlock && hasInternalLoadBalancers(settings, given)) {
    yield {
      path: ['network', 'vpcCidrBlock'],
      value: undefined,
      rule: 'is required for internal load balancers of a gateway, which admit only addresses of the VPC',
      fix: 'set it to the IPv4 CIDR block that contains the private subnets, such as "10.0.0.0/16", or set gateway.internalLoadBalancers to false',
    };
  }
}

/** @returns true if the Region is in a partition in which the lanes have no CloudFront gateway */
function isOtherPartition({ region }: Sound<StageSettings>): boolean {
  return region !== undefined && partitionOf(region) !== 'aws';
}

export const gatewayRules: readonly Rule[] = [
  cloudFrontInPartition,
  hostInZone,
  hostOfItsOwn,
  serversBehindLoadBalancer,
  certificateOfGateway,
  webAclOfGateway,
  addressesOfNetwork,
];
