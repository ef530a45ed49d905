import { Stack, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  type IOrigin,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
  VpcOrigin,
  VpcOriginEndpoint,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, VpcOrigin as VpcOriginOf } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER } from '../../lambda/origin-secret';
import { AliasRecords } from '../domains/alias-records';
import { createCertificate } from '../domains/lane-certificates';
import { SOCKET_PATH } from '../domains/lane-urls';
import { isZoneApex } from '../domains/zone-apex';
import { CLOUDFRONT_REGION } from '../partition';
import { requireProps } from '../required-props';
import { WebAcl, WebAclScope } from '../web-acl';
import { cloudFrontProblems, pageProblems } from './cloud-front-problems';
import type { CloudFrontGatewayProps } from './cloud-front-props';
import type { GatewayConfig, GatewayContext, GatewayOrigin, GatewayOrigins } from './gateway-config';
import { globalNameOf } from './global-name';
import { originTimeouts } from './origin-timeouts';
import { PageBucket } from './page-bucket';

/**
 * Paths of the HTTP lane if a page answers the others: the API, its documentation with both descriptions, and its health. A route of the
 * service outside these paths needs another entry here.
 */
export const HTTP_PATHS = ['/v1/*', '/docs*', '/openapi.json', '/asyncapi.json', '/health'];

const NOT_FORWARDED =
  'gateway must forward requests to the lanes, got no lanes. Fix: call forwardTo() with both lanes, as Twinlane does';

export interface CloudFrontProps extends CloudFrontGatewayProps {
  /** Hosts of the lanes, hosted zone and retention. */
  readonly context: GatewayContext;
}

/**
 * A CloudFront distribution in front of both lanes. It authenticates to API Gateway, and to public load balancers, with a secret that
 * is created when a lane first needs it. Anyone who can read the configuration of either side can read the secret.
 */
export class CloudFront extends Construct implements GatewayConfig {
  readonly hostName: string;
  readonly internalLoadBalancers: boolean;

  /** Certificate of the host, in us-east-1. */
  readonly certificate: ICertificate;

  private created: { readonly distribution: Distribution; readonly page?: PageBucket } | undefined;
  private secret: Secret | undefined;
  private readonly problems: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CloudFrontProps,
  ) {
    super(scope, id);
    requireProps(this, props, ['hostName']);
    const { hostName, internalLoadBalancers = true, context } = props;
    this.hostName = hostName;
    this.internalLoadBalancers = internalLoadBalancers;
    const { certificate, problems } = props.certificate
      ? { certificate: props.certificate, problems: [] }
      : createCertificate(this, 'Certificate', {
          hostedZone: context.hostedZone,
          names: [hostName],
          alternative: 'gateway.certificate',
        });
    this.certificate = certificate;
    this.problems = [...problems, ...cloudFrontProblems(this, props)];
    this.node.addValidation({ validate: () => [...this.problems, ...(this.created ? [] : [NOT_FORWARDED])] });
  }

  /** The distribution. @throws Error before {@link forwardTo} */
  get distribution(): Distribution {
    if (!this.created) throw new Error(`[${this.node.path}] the lanes do not exist yet`);
    return this.created.distribution;
  }

  /** Bucket of the page; undefined without one. */
  get page(): PageBucket | undefined {
    return this.created?.page;
  }

  /** @returns a reference to the secret, which CloudFormation resolves */
  readonly originSecret = (): string => {
    this.secret ??= this.addSecret();
    return this.secret.secretValue.unsafeUnwrap();
  };

  /** Creates the distribution. Called once, when the lanes exist. */
  forwardTo({ http, webSocket }: GatewayOrigins): void {
    const page = this.addPage();
    const vpcOrigins = new Map<IApplicationLoadBalancer, VpcOrigin>();
    const api = behaviorOf(this.originOf(http, 'Http', vpcOrigins));
    const socket = behaviorOf(this.originOf(webSocket, 'WebSocket', vpcOrigins));
    const webAclId = this.props.webAclArn ?? this.addWebAcl();
    const distribution = new Distribution(this, 'Distribution', {
      // At most 128 characters.
      comment: `${this.hostName.slice(0, 100)}: both lanes`,
      // The construct throws for a certificate or a web ACL that CloudFront refuses. The validation reports it with all other problems.
      ...(this.problems.length === 0 && {
        domainNames: [this.hostName],
        certificate: this.certificate,
        webAclId,
      }),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(page && { defaultRootObject: 'index.html' }),
      defaultBehavior: page?.behavior ?? api,
      additionalBehaviors: {
        ...(page && Object.fromEntries(HTTP_PATHS.map((path) => [path, api]))),
        // Without a wildcard: the management endpoint of an API is below this path. It requires signatures in any case.
        [SOCKET_PATH]: socket,
      },
    });
    Validations.of(distribution).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-CFR1',
        reason: 'The lanes have no geographic restriction by default. A fork can add one.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR3',
        reason: 'The lanes log their requests themselves. Requests for the page are not logged.',
      },
    );
    if (!this.props.webAcl && this.props.webAclArn === undefined) {
      Validations.of(distribution).acknowledge({
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason: 'AWS WAF is off because AWS charges for each rule. Set webAcl or webAclArn to turn it on.',
      });
    }
    this.created = { distribution, ...(page && { page }) };
    const { hostedZone } = this.props.context;
    new AliasRecords(this, 'Records', {
      domain: { hostName: this.hostName, certificate: this.certificate, ...(hostedZone && { hostedZone }) },
      target: new CloudFrontTarget(distribution),
    });
  }

  private originOf(
    { domain, loadBalancer }: GatewayOrigin,
    id: string,
    vpcOrigins: Map<IApplicationLoadBalancer, VpcOrigin>,
  ): IOrigin {
    const timeouts = originTimeouts(loadBalancer);
    if (loadBalancer && this.internalLoadBalancers) {
      const vpcOrigin = vpcOrigins.get(loadBalancer) ?? this.addVpcOrigin(loadBalancer, id);
      vpcOrigins.set(loadBalancer, vpcOrigin);
      return VpcOriginOf.withVpcOrigin(vpcOrigin, { domainName: domain.hostName, ...timeouts });
    }
    return new HttpOrigin(domain.hostName, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      customHeaders: { [ORIGIN_SECRET_HEADER]: this.originSecret() },
      ...timeouts,
    });
  }

  private addVpcOrigin(loadBalancer: IApplicationLoadBalancer, id: string): VpcOrigin {
    const vpcOrigin = new VpcOrigin(this, `${id}Origin`, {
      vpcOriginName: globalNameOf(this, id),
      endpoint: VpcOriginEndpoint.applicationLoadBalancer(loadBalancer),
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    });
    // CloudFront requires a VPC with an attached internet gateway, although no traffic uses it. The routes of public subnets exist later.
    const { publicSubnets = [] } = loadBalancer.vpc ?? {};
    vpcOrigin.node.addDependency(...publicSubnets.map((subnet) => subnet.internetConnectivityEstablished));
    return vpcOrigin;
  }

  private addPage(): PageBucket | undefined {
    const { page: folder, contentSecurityPolicy = ownFilesOnly(this.hostName), context } = this.props;
    // A wrong folder is not read: the asset of a large one would be copied before the validation reports it.
    return folder === undefined || folder === null || pageProblems(this, this.props).length > 0
      ? undefined
      : new PageBucket(this, 'Page', {
          folder,
          contentSecurityPolicy,
          includeSubdomains: !isZoneApex({ ...context, hostName: this.hostName }),
          retention: context.retention,
        });
  }

  private addSecret(): Secret {
    const secret = new Secret(this, 'OriginSecret', {
      generateSecretString: { excludePunctuation: true, passwordLength: 43 },
      removalPolicy: this.props.context.retention.removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'The distribution and the entries of the lanes get copies at deployment. Rotating only the secret would make the copies differ.',
    });
    return secret;
  }

  /** @returns the ARN of a new web ACL; undefined without one, and in another Region, which is a problem */
  private addWebAcl(): string | undefined {
    const { webAcl, context } = this.props;
    return webAcl && Stack.of(this).region === CLOUDFRONT_REGION
      ? new WebAcl(this, 'WebAcl', { ...webAcl, ...context.retention, scope: WebAclScope.CLOUDFRONT }).webAclArn
      : undefined;
  }
}

/** Some browsers do not count WebSockets of the host as 'self'. */
function ownFilesOnly(hostName: string): string {
  return [
    "default-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' wss://${hostName}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

/** Forwards everything, and caches nothing. */
function behaviorOf(origin: IOrigin): BehaviorOptions {
  return {
    origin,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    // Forwards Origin, tokens and subprotocols. The Host header must be that of the lane, because it selects the domain of an API.
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}
