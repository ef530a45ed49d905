import type {
  BehaviorBlueprint,
  Blueprint,
  DistributionBlueprint,
  LoadBalancerBlueprint,
  OriginBlueprint,
} from '../blueprint';
import { partitionOf } from '../partition';
import type { Assembly } from './assembly';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';
import { responseHeadersOf } from './response-headers';
import { vpcOriginsOf } from './vpc-origins';

type Lanes = Pick<Blueprint, 'loadBalancers' | 'webSocketApis'>;

/** Ids of the managed cache policy without caching, which is the same in every account. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** Ids of the managed origin request policies whose effect is known here. */
const ORIGIN_REQUEST_POLICIES: Readonly<Record<string, BehaviorBlueprint['forwards']>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': 'all',
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': 'allExceptHost',
};

/** Properties of a distribution and of its behaviors that have no effect here, with the consequence. */
const OMISSIONS: readonly (readonly [property: string, what: string, meaning: string])[] = [
  ['FunctionAssociations', 'functions', 'CloudFront Functions do not run.'],
  ['LambdaFunctionAssociations', 'Lambda@Edge', 'Functions do not run at the distribution.'],
  ['ForwardedValues', 'ForwardedValues', 'Origins receive no query, cookies or headers of viewers. Use policies.'],
  ['TrustedKeyGroups', 'signed URLs', 'Signed URLs and cookies are not required.'],
  ['TrustedSigners', 'signed URLs', 'Signed URLs and cookies are not required.'],
  ['CustomErrorResponses', 'error responses', 'Error responses are not replaced by pages.'],
  ['OriginGroups', 'origin groups', 'Origin groups have no failover: their requests get a 502.'],
];

/** Reads each `AWS::CloudFront::Distribution`, and finds its origins among the entry points and buckets of the assembly. */
export function distributionsOf(assembly: Assembly, lanes: Lanes, notEmulated: NotEmulated): DistributionBlueprint[] {
  return assembly.ofType('AWS::CloudFront::Distribution').map((distribution) => {
    const config = distribution.property('DistributionConfig');
    const omit = omissions(distribution, notEmulated);
    omit(config);
    if (config.at('Restrictions').at('GeoRestriction').at('Locations').exists) {
      const meaning = 'Requests from all countries are answered.';
      notEmulated.add('AWS::CloudFront::Distribution (geographic restrictions)', distribution.logicalId, meaning);
    }
    const behaviorOf = (behavior: Property, pathPattern: string): BehaviorBlueprint => {
      omit(behavior);
      return behaviorIn(assembly, distribution, behavior, pathPattern, notEmulated);
    };
    return {
      ...distribution.regional,
      domainName: distribution.identity.attributes.DomainName ?? '',
      hosts: config
        .at('Aliases')
        .items()
        .map((alias) => alias.text()),
      defaultRootObject: config.at('DefaultRootObject').optionalText() ?? '',
      origins: config
        .at('Origins')
        .items()
        .map((origin) => originOf(assembly, distribution, origin, lanes, notEmulated)),
      behaviors: [
        ...config
          .at('CacheBehaviors')
          .items()
          .map((behavior) => behaviorOf(behavior, behavior.at('PathPattern').text())),
        behaviorOf(config.at('DefaultCacheBehavior'), '*'),
      ],
    };
  });
}

function omissions(distribution: Resource, notEmulated: NotEmulated): (part: Property) => void {
  return (part) => {
    for (const [property, what, meaning] of OMISSIONS) {
      if (hasContent(part.at(property))) {
        notEmulated.add(`AWS::CloudFront::Distribution (${what})`, distribution.logicalId, meaning);
      }
    }
  };
}

/** @returns false for a property that is missing, and for an empty list, with or without its length: `{ Quantity: 0 }` */
function hasContent(property: Property): boolean {
  if (!property.exists) return false;
  const quantity = property.at('Quantity').optionalNumber();
  return quantity === undefined ? property.items().length > 0 || property.entries().length > 0 : quantity > 0;
}

function behaviorIn(
  assembly: Assembly,
  { logicalId }: Resource,
  behavior: Property,
  pathPattern: string,
  notEmulated: NotEmulated,
): BehaviorBlueprint {
  const methods = behavior.at('AllowedMethods').items();
  if (behavior.at('CachePolicyId').or('').optionalText() !== CACHING_DISABLED) {
    const meaning = 'Nothing is cached or compressed: each request goes to the origin.';
    notEmulated.add('AWS::CloudFront::Distribution (caching)', logicalId, meaning);
  }
  const originRequestPolicy = behavior.at('OriginRequestPolicyId').or('').optionalText();
  const forwards = ORIGIN_REQUEST_POLICIES[originRequestPolicy ?? ''];
  if (originRequestPolicy !== undefined && !forwards) {
    const meaning =
      'Only AllViewer and AllViewerExceptHostHeader are known: with another policy, origins receive no query, cookies or headers of viewers.';
    notEmulated.add('AWS::CloudFront::Distribution (origin request policies)', logicalId, meaning);
  }
  const responseHeadersPolicy = behavior.at('ResponseHeadersPolicyId').or('').optionalText();
  const policy = assembly
    .ofType('AWS::CloudFront::ResponseHeadersPolicy')
    .find(({ identity }) => identity.ref === responseHeadersPolicy);
  if (responseHeadersPolicy !== undefined && !policy) {
    const meaning = 'Managed response headers policies are not known: the distribution adds none of their headers.';
    notEmulated.add('AWS::CloudFront::Distribution (managed response headers policies)', logicalId, meaning);
  }
  return {
    pathPattern,
    originId: behavior.at('TargetOriginId').text(),
    methods: methods.length > 0 ? methods.map((method) => method.text()) : ['GET', 'HEAD'],
    forwards: forwards ?? 'nothing',
    ...(policy && { responseHeaders: responseHeadersOf(policy, notEmulated) }),
  };
}

function originOf(
  assembly: Assembly,
  { logicalId }: Resource,
  origin: Property,
  lanes: Lanes,
  notEmulated: NotEmulated,
): OriginBlueprint {
  const domainName = origin.at('DomainName').text();
  const vpcOrigin = origin.at('VpcOriginConfig');
  const found = vpcOrigin.exists
    ? vpcTargetOf(assembly, vpcOrigin, lanes)
    : targetOf(assembly, origin, domainName, lanes);
  const isRead = !found || !('bucket' in found) || Boolean(origin.at('OriginAccessControlId').optionalText());
  const target = isRead ? found : undefined;
  if (!isRead) {
    const meaning = 'Only buckets with origin access control are read: requests for other buckets get a 502.';
    notEmulated.add('AWS::CloudFront::Distribution (buckets without origin access control)', logicalId, meaning);
  } else if (!target) {
    const meaning =
      'Only load balancers, WebSocket APIs and buckets of the assembly are origins here: other origins get a 502.';
    notEmulated.add('AWS::CloudFront::Distribution (other origins)', logicalId, meaning);
  }
  const custom = vpcOrigin.exists ? vpcOrigin : origin.at('CustomOriginConfig');
  return {
    id: origin.at('Id').text(),
    domainName,
    path: origin.at('OriginPath').optionalText() ?? '',
    headers: origin.at('OriginCustomHeaders').pairs('HeaderName', 'HeaderValue'),
    // The defaults of CreateDistribution.
    readTimeoutSeconds: custom.at('OriginReadTimeout').number(30),
    keepAliveSeconds: custom.at('OriginKeepaliveTimeout').number(5),
    ...(target && { target }),
  };
}

function vpcTargetOf(assembly: Assembly, config: Property, lanes: Lanes): OriginBlueprint['target'] {
  const vpcOriginId = config.at('VpcOriginId').text();
  const vpcOrigin = vpcOriginsOf(assembly).find(({ id }) => id === vpcOriginId);
  return (
    vpcOrigin &&
    listenerAt(
      lanes.loadBalancers.find(({ arn }) => arn === vpcOrigin.loadBalancerArn),
      vpcOrigin.port,
    )
  );
}

function targetOf(
  assembly: Assembly,
  origin: Property,
  domainName: string,
  { loadBalancers, webSocketApis }: Lanes,
): OriginBlueprint['target'] {
  const bucket = assembly
    .ofType('AWS::S3::Bucket')
    .find(({ identity }) => Object.values(identity.attributes).includes(domainName));
  if (bucket) return { bucket: bucket.identity.name };
  const api = webSocketApis.find(
    ({ apiId, region, domains }) =>
      domains.some(({ host }) => host === domainName) ||
      domainName === `${apiId}.execute-api.${region}.${partitionOf(region).domain}`,
  );
  if (api) return { webSocketApi: api.logicalId };
  const custom = origin.at('CustomOriginConfig');
  const plain = custom.at('OriginProtocolPolicy').optionalText() === 'http-only';
  const port = plain ? custom.at('HTTPPort').number(80) : custom.at('HTTPSPort').number(443);
  return listenerAt(
    loadBalancers.find(({ hosts, dnsName }) => [...hosts, dnsName].includes(domainName)),
    port,
  );
}

function listenerAt(loadBalancer: LoadBalancerBlueprint | undefined, port: number): OriginBlueprint['target'] {
  const listener = loadBalancer?.listeners.find((one) => one.port === port);
  return listener && { listener: listener.logicalId };
}
