import { idsOf, type Resources } from './lanes-of';

// oxlint-disable-next-line typescript/no-explicit-any -- a template's properties have any shape
type Properties = any;

const BALANCING = 'AWS::ElasticLoadBalancingV2';

/**
 * Paths of requests that a template opens, from clients to a distribution and from anyone to the lanes:
 * `https://app.example.com/v1/* → VPC, load balancer, as api.example.com`. Distributions, listeners and their rules, domains of APIs
 * and policies of buckets open one.
 *
 * @param nameOf - name of a resource by its logical id
 */
export function requestPaths(resources: Resources, nameOf: (id: string) => string): string[] {
  const reader = new Reader(resources, nameOf);
  return [
    ...reader.behaviors(),
    ...reader.listeners(),
    ...reader.rules(),
    ...reader.domains(),
    ...reader.defaultEndpoints(),
    ...reader.buckets(),
  ].sort();
}

class Reader {
  constructor(
    private readonly resources: Resources,
    private readonly nameOf: (id: string) => string,
  ) {}

  /** Behaviors of distributions, each with its origin. */
  behaviors(): string[] {
    return this.each('AWS::CloudFront::Distribution').flatMap(({ DistributionConfig }) => {
      const { Aliases, CacheBehaviors = [], DefaultCacheBehavior, Origins } = DistributionConfig;
      const origins = new Map<string, Properties>(Origins.map((origin: Properties) => [origin.Id, origin]));
      return [...CacheBehaviors, { ...DefaultCacheBehavior, PathPattern: '/*' }].map(
        ({ PathPattern, ViewerProtocolPolicy, TargetOriginId }) =>
          `${PROTOCOLS[ViewerProtocolPolicy]}://${Aliases}${PathPattern} → ${this.origin(origins.get(TargetOriginId))}`,
      );
    });
  }

  /** Default actions of listeners. */
  listeners(): string[] {
    return this.each(`${BALANCING}::Listener`).map(
      ({ LoadBalancerArn, DefaultActions }) =>
        `${this.balancer(idOf(LoadBalancerArn))} → ${this.action(DefaultActions)}`,
    );
  }

  rules(): string[] {
    return this.each(`${BALANCING}::ListenerRule`).map(({ ListenerArn, Conditions, Actions }) => {
      const listener = this.resources[idOf(ListenerArn)]?.Properties;
      const conditions = Conditions.map((condition: Properties) => this.condition(condition)).join(', ');
      return `${this.balancer(idOf(listener?.LoadBalancerArn))}, ${conditions} → ${this.action(Actions)}`;
    });
  }

  /** Domains of APIs, with the path of their mapping. The function for `$connect` requires the secret, or does not. */
  domains(): string[] {
    const secret = this.each('AWS::Lambda::Function')
      .map(({ Environment }) => Environment?.Variables?.ORIGIN_SECRET)
      .some((value) => this.isSecret(value));
    return this.each('AWS::ApiGatewayV2::ApiMapping').map(({ DomainName, ApiMappingKey = '' }) => {
      const { DomainName: host } = this.resources[idOf(DomainName)]?.Properties ?? {};
      return `https://${host}/${ApiMappingKey}${secret ? ', secret' : ''} → API`;
    });
  }

  defaultEndpoints(): string[] {
    return this.each('AWS::ApiGatewayV2::Api')
      .filter(({ DisableExecuteApiEndpoint }) => DisableExecuteApiEndpoint !== true)
      .map(() => 'default endpoint → API');
  }

  /** Principals that the policies of buckets allow something, and public access that a bucket does not block. */
  buckets(): string[] {
    const policies = this.each('AWS::S3::BucketPolicy').flatMap(({ Bucket, PolicyDocument }) =>
      PolicyDocument.Statement.filter(({ Effect }: Properties) => Effect === 'Allow').map(
        ({ Principal, Action, Condition }: Properties) =>
          `${Principal.Service ?? this.roleOf(Principal)}${this.sourceOf(Condition)} → ${this.nameOf(idOf(Bucket))}: ${[Action].flat()}`,
      ),
    );
    const open = idsOf(this.resources, 'AWS::S3::Bucket').filter((id) => {
      const block = Object.values(this.resources[id]?.Properties.PublicAccessBlockConfiguration ?? {});
      return block.length < 4 || block.includes(false);
    });
    return [...policies, ...open.map((id) => `public access → ${this.nameOf(id)}`)];
  }

  private roleOf({ AWS }: Properties): string {
    const id = idOf(AWS);
    return id in this.resources ? this.nameOf(id) : JSON.stringify({ AWS });
  }

  private each(type: string): Properties[] {
    return idsOf(this.resources, type).map((id) => this.resources[id]?.Properties);
  }

  private origin(origin: Properties): string {
    const { DomainName, VpcOriginConfig, OriginCustomHeaders = [], CustomOriginConfig, OriginAccessControlId } = origin;
    if (VpcOriginConfig) {
      const { VpcOriginEndpointConfig } = this.resources[idOf(VpcOriginConfig.VpcOriginId)]?.Properties ?? {};
      const balancer = this.nameOf(idOf(VpcOriginEndpointConfig.Arn));
      return `VPC, ${balancer}, as ${DomainName}${protocolOf(VpcOriginEndpointConfig)}`;
    }
    if (!CustomOriginConfig) {
      return `${this.nameOf(idOf(DomainName))}${OriginAccessControlId ? ', signed' : ''}`;
    }
    const secret = OriginCustomHeaders.some(
      ({ HeaderName, HeaderValue }: Properties) => HeaderName === 'x-origin-secret' && this.isSecret(HeaderValue),
    );
    return `https://${DomainName}${secret ? ', secret' : ''}${protocolOf(CustomOriginConfig)}`;
  }

  private balancer(id: string): string {
    const scheme = this.resources[id]?.Properties.Scheme === 'internal' ? 'VPC' : 'internet';
    return `${scheme}, ${this.nameOf(id)}`;
  }

  private condition({ Field, ...config }: Properties): string {
    const { Values, HttpHeaderName = Field } = Object.values<Properties>(config)[0] ?? {};
    const isSecret = HttpHeaderName === 'x-origin-secret' && Values.every((value: unknown) => this.isSecret(value));
    return isSecret ? 'secret' : `${HttpHeaderName} ${Values.join(' or ')}`;
  }

  private action(actions: Properties[]): string {
    const { TargetGroupArn, FixedResponseConfig, Type } = actions.at(-1);
    return TargetGroupArn ? this.nameOf(idOf(TargetGroupArn)) : (FixedResponseConfig?.StatusCode ?? Type);
  }

  /** The distribution in whose name CloudFront may read. */
  private sourceOf(condition: Properties): string {
    const source = JSON.stringify(condition?.StringEquals?.['AWS:SourceArn'] ?? '');
    const [distribution] = idsOf(this.resources, 'AWS::CloudFront::Distribution').filter((id) =>
      source.includes(`"${id}"`),
    );
    return distribution ? ` for ${this.nameOf(distribution)}` : '';
  }

  /** True for a reference that CloudFormation resolves to the secret of a gateway. */
  private isSecret(value: unknown): boolean {
    const text = JSON.stringify(value ?? '');
    const secrets = idsOf(this.resources, 'AWS::SecretsManager::Secret').filter((id) => id.includes('OriginSecret'));
    return text.includes('{{resolve:secretsmanager:') && secrets.some((id) => text.includes(`"${id}"`));
  }
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  'https-only': 'https',
  'redirect-to-https': 'https (or redirected)',
  'allow-all': 'http or https',
};

/** @returns nothing for an origin that only answers https, which is expected */
function protocolOf({ OriginProtocolPolicy }: Properties): string {
  return OriginProtocolPolicy === 'https-only' ? '' : `, by ${OriginProtocolPolicy}`;
}

function idOf(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0] ?? String(value);
}
