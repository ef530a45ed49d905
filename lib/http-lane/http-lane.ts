import { Duration } from 'aws-cdk-lib';
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type IVpc, Peer, Port } from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  type ApplicationLoadBalancer,
  ApplicationProtocol,
  type IApplicationTargetGroup,
  IpAddressType,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { validateOrigins } from '../domains/allowed-origins';
import { requireProps } from '../required-props';
import type { IAdmission } from '../authentication/admission';
import { AliasRecords } from '../domains/alias-records';
import type { LaneDomain } from '../domains/lane-domain';
import { httpUrlOf } from '../domains/lane-urls';
import { addHttpsListener } from '../load-balancer/https-listener';
import {
  FORBIDDEN,
  gatewayConditions,
  internalProblems,
  isBehindGateway,
  requiresSecret,
  RESPONSE_SECONDS,
  targetGroupIdOf,
} from '../load-balancer/gateway-access';
import { accessLogProblems, addLaneLoadBalancer } from '../load-balancer/lane-load-balancer';
import type { SecurityHeaders } from '../load-balancer/security-headers';
import { laneMetric, metricLaneOf, refusalMetric, type RefusalReason } from '../metrics/lane-metric';
import type { LaneNetwork } from '../network/lane-network';
import type { LaneNetworkConfig } from '../network/lane-network-config';
import { LaneVpc } from '../network/lane-vpc';
import type { IMessageLog } from '../storage/message-log';
import { type Retention, type RetentionOptions, retentionOf } from '../storage/retention';
import { WebAcl, type WebAclOptions, WebAclScope } from '../web-acl';
import { HttpCompute } from './http-compute';
import type { HttpComputeConfig } from './http-compute-config';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
const LONGEST_IDLE_SECONDS = 4000;

/** Priority of the rule that forwards the requests of a gateway: after all others. */
const FORWARD_PRIORITY = 1000;

/** Options of the HTTP lane. */
export interface HttpLaneOptions {
  /**
   * Compute that answers the requests.
   *
   * @default HttpCompute.fargate()
   */
  readonly compute?: HttpCompute;

  /**
   * True to listen on port 80 and redirect to https. An API does not need that: a client that sends a token over http has
   * already leaked it before the redirect.
   *
   * @default false
   */
  readonly redirectHttp?: boolean;

  /** @default - see {@link SecurityHeaders} */
  readonly securityHeaders?: SecurityHeaders;

  /**
   * Time for which the load balancer keeps an idle connection.
   *
   * @default Duration.seconds(60)
   */
  readonly idleTimeout?: Duration;

  /**
   * True to store the load balancer's access logs in a bucket. It requires a stack with a Region, because the permissions
   * of the bucket depend on the Region.
   *
   * @default - true unless `removalPolicy` is DESTROY
   */
  readonly accessLogs?: boolean;

  /**
   * AWS WAF in front of the load balancer: `{}` for AWS's rules and the default limit. AWS charges for each rule and
   * request.
   *
   * @default - none
   */
  readonly webAcl?: WebAclOptions;
}

export interface HttpLaneProps extends HttpLaneOptions, RetentionOptions {
  readonly domain: LaneDomain;

  /** Message log that the service publishes to and reads from. */
  readonly messageLog: IMessageLog;

  /** Authenticates callers and limits their request rate. */
  readonly admission: IAdmission;

  /** Exact origins (scheme, host and port) of the pages and apps that can call the lane: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];

  /**
   * URL of the WebSocket lane, for its description at `/asyncapi.json`: `wss://ws.example.com`
   *
   * @default - the description has no server
   */
  readonly webSocketUrl?: string;

  /** Network of the load balancer and the containers. The lane creates it, or uses an existing one. */
  readonly network: LaneNetwork;
}

/** The HTTP lane: a load balancer and compute, which scale independently of the WebSocket lane. */
export class HttpLane extends Construct implements IGrantable {
  /** Network of the lane, which servers of a WebSocket lane can use, too. */
  readonly network: LaneNetworkConfig;

  readonly vpc: IVpc;

  readonly loadBalancer: ApplicationLoadBalancer;
  readonly listener: ApplicationListener;
  readonly compute: HttpComputeConfig;

  /** Web ACL of the load balancer; undefined without one. */
  readonly webAcl: WebAcl | undefined;

  readonly grantPrincipal: IPrincipal;

  /** URL for clients: `https://api.example.com`, or that of the gateway. */
  readonly url: string;

  /** Value of the dimension `Lane` of the metrics of the lane's code. */
  readonly metricLane: string;

  private readonly retention: Retention;

  constructor(scope: Construct, id: string, props: HttpLaneProps) {
    super(scope, id);
    requireProps(this, props, ['domain', 'messageLog', 'admission', 'allowedOrigins', 'network']);
    const { domain, messageLog, admission, idleTimeout = Duration.seconds(60) } = props;
    this.retention = retentionOf(props);
    const network = props.network.bind(this, this.retention);

    this.url = httpUrlOf(domain);
    this.metricLane = metricLaneOf(this);
    validateOrigins(this, props.allowedOrigins);
    this.node.addValidation({
      validate: () => [
        ...idleTimeoutProblems(props.idleTimeout),
        ...accessLogProblems(this, { ...props, retention: this.retention }),
        ...gatewayProblems(props),
        ...internalProblems(domain.gateway, network),
      ],
    });
    this.network = network;
    this.vpc = network.vpc;
    this.loadBalancer = addLaneLoadBalancer(this, {
      network,
      gateway: domain.gateway,
      lane: 'HTTP lane',
      idleTimeout,
      accessLogs: props.accessLogs,
      retention: this.retention,
    });
    this.listener = this.addListener(props, network);
    this.webAcl =
      props.webAcl &&
      new WebAcl(this, 'WebAcl', {
        ...props.webAcl,
        ...this.retention,
        scope: WebAclScope.REGIONAL,
      });
    this.webAcl?.protect(this.loadBalancer);
    this.compute = (props.compute ?? HttpCompute.fargate()).bind(this, {
      network,
      forwardTo: (targetGroup) => this.forwardTo(targetGroup, domain),
      targetGroupId: targetGroupIdOf('TargetGroup', domain.gateway),
      idleTimeout,
      environment: {
        ...messageLog.environment,
        [Environment.ALLOWED_ORIGINS]: props.allowedOrigins.join(','),
        [Environment.METRIC_LANE]: this.metricLane,
        ...(props.webSocketUrl === undefined ? {} : { [Environment.WEBSOCKET_URL]: props.webSocketUrl }),
        ...admission.serviceEnvironment,
      },
      retention: this.retention,
    });
    this.grantPrincipal = this.compute.grantee.grantPrincipal;
    messageLog.grantAppend(this);
    messageLog.grantReadHistory(this);
    messageLog.grantReadPositions(this);
    admission.grantIssueTicket(this);
    admission.grantRateLimit(this);
    const { atLoadBalancer = false, tokens } = admission.authentication ?? {};
    if (atLoadBalancer && tokens?.keysUrl) {
      this.verifyTokens(tokens.issuer, tokens.keysUrl, domain);
    }
    this.node.addValidation({
      validate: () => [
        ...issuerProblems(this, admission),
        ...keysProblems(this, admission, domain),
        ...responseProblems(this, domain),
      ],
    });
    if (!domain.gateway?.internalLoadBalancers) {
      new AliasRecords(this, 'Records', {
        domain,
        target: new LoadBalancerTarget(this.loadBalancer),
        ipv6: network.ipAddressType !== IpAddressType.IPV4,
      });
    }
  }

  /**
   * Number of requests that the service refused for one reason. An image or a function of your own writes the metric only if its code does.
   *
   * @default - sum over 1 minute
   */
  metricRefused(reason: RefusalReason, options?: MetricOptions): Metric {
    return refusalMetric(this.metricLane, reason, options);
  }

  /**
   * Share of the pages of history that could not continue after the client's position, 0 to 1: the sum is their number. Pages from the
   * beginning of a topic are not counted. An image or a function of your own writes the metric only if its code does.
   *
   * @default - average over 1 minute
   */
  metricGaps(options?: MetricOptions): Metric {
    return laneMetric(this.metricLane, 'Gaps', { statistic: Stats.AVERAGE, ...options });
  }

  /** Forwards all requests, or only those of the gateway. */
  private forwardTo(targetGroup: IApplicationTargetGroup, { gateway }: LaneDomain): void {
    this.listener.addTargetGroups('Default', {
      targetGroups: [targetGroup],
      ...(requiresSecret(gateway) && { priority: FORWARD_PRIORITY, conditions: gatewayConditions(gateway) }),
    });
  }

  /** Verifies tokens at the load balancer. CORS preflights are excluded, because they have no token. */
  private verifyTokens(issuer: string, keysUrl: string, { gateway }: LaneDomain): void {
    this.listener.addAction('VerifyTokens', {
      priority: 1,
      conditions: [
        ListenerCondition.pathPatterns(['/v1/*']),
        ListenerCondition.httpRequestMethods(['GET', 'POST', 'DELETE']),
        ...gatewayConditions(gateway),
      ],
      action: ListenerAction.authenticateJwt({
        issuer,
        jwksEndpoint: keysUrl,
        next: ListenerAction.forward([this.compute.targetGroup]),
      }),
    });
    this.loadBalancer.connections.allowTo(Peer.anyIpv4(), Port.HTTPS, 'To the keys of the issuer of tokens');
  }

  private addListener(
    { domain, securityHeaders, redirectHttp }: HttpLaneProps,
    network: LaneNetworkConfig,
  ): ApplicationListener {
    const listener = addHttpsListener(this.loadBalancer, {
      domain,
      network,
      securityHeaders,
      ...(requiresSecret(domain.gateway) && { defaultAction: FORBIDDEN }),
    });
    if (redirectHttp) {
      this.loadBalancer.addListener('Http', {
        port: 80,
        open: true,
        defaultAction: ListenerAction.redirect({ port: '443', protocol: ApplicationProtocol.HTTPS, permanent: true }),
      });
    }
    return listener;
  }
}

/** @returns problems of options that only a load balancer that clients reach directly can have */
function gatewayProblems({ domain: { gateway }, redirectHttp, webAcl }: HttpLaneProps): string[] {
  return isBehindGateway(gateway)
    ? [
        ...(redirectHttp
          ? [
              'http.redirectHttp must not be set with Gateway.cloudFront(), which redirects page requests itself, got true. Fix: remove it',
            ]
          : []),
        ...(webAcl
          ? [
              'http.webAcl must not be set with Gateway.cloudFront(), from whose addresses all requests come, got a web ACL. Fix: set webAcl of the gateway',
            ]
          : []),
      ]
    : [];
}

/** @returns problems of the idle timeout. The load balancer accepts 1 to 4,000 seconds. */
function idleTimeoutProblems(idleTimeout: Duration | undefined): string[] {
  const seconds = idleTimeout?.toSeconds();
  return seconds !== undefined && (seconds < 1 || seconds > LONGEST_IDLE_SECONDS)
    ? [`idleTimeout must be 1 to ${LONGEST_IDLE_SECONDS} s, got ${seconds} s. Fix: use Duration.seconds(60)`]
    : [];
}

/** @returns problems of access to the issuer, whose keys the service fetches. The compute reports a network without any access. */
function issuerProblems({ vpc, compute }: HttpLane, { authentication }: IAdmission): string[] {
  const egress = authentication && compute.connections && vpc instanceof LaneVpc ? vpc.egress : undefined;
  return egress?._taskProblems.length === 0 && !egress._reachesInternet
    ? [
        'network must let the service reach the issuer of tokens, got Egress.interfaceEndpoints(). Fix: use Egress.nat(), or HttpCompute.lambda()',
      ]
    : [];
}

/** @returns a problem if a function can take longer than the gateway waits for its response */
function responseProblems({ compute }: HttpLane, { gateway }: LaneDomain): string[] {
  const seconds = compute.function?.function.timeout?.toSeconds() ?? 0;
  return isBehindGateway(gateway) && seconds > RESPONSE_SECONDS
    ? [
        `timeout of the function must be <= ${RESPONSE_SECONDS} s with Gateway.cloudFront(), which answers 504 then, got ${seconds} s. Fix: shorten it, or remove gateway`,
      ]
    : [];
}

/** @returns problems of access to the keys of the issuer, which an internal load balancer fetches from its private subnets */
function keysProblems({ vpc, compute }: HttpLane, { authentication }: IAdmission, { gateway }: LaneDomain): string[] {
  const egress = vpc instanceof LaneVpc ? vpc.egress : undefined;
  // With containers, a problem of the tasks has the same fix.
  const isCutOff = egress !== undefined && !egress._reachesInternet && !compute.connections;
  return authentication?.atLoadBalancer && gateway?.internalLoadBalancers && isCutOff
    ? [
        'network must let the internal load balancer reach the keys of the issuer, got a network without access to the internet. Fix: use Egress.nat(), or internalLoadBalancers: false in Gateway.cloudFront()',
      ]
    : [];
}
