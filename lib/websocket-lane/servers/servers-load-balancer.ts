import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type {
  ApplicationListener,
  CfnListener,
  IApplicationLoadBalancer,
  IApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { LaneDomain } from '../../domains/lane-domain';
import { addHttpsListener } from '../../load-balancer/https-listener';
import { FORBIDDEN, isBehindGateway, requiresSecret } from '../../load-balancer/gateway-access';
import { accessLogProblems, addLaneLoadBalancer } from '../../load-balancer/lane-load-balancer';
import type { LaneNetworkConfig } from '../../network/lane-network-config';
import type { Retention } from '../../storage/retention';
import { idleTimeoutProblems } from './idle-timeout';
import { addUpgradeRequiredRule, addUpgradeRule, UPGRADE_REQUIRED } from './upgrade-rule';

/** Time for which the load balancer keeps an idle connection. Tasks close connections that are idle for 10 minutes. */
const IDLE_TIMEOUT = Duration.minutes(10);

/** Greatest age of a connection to the load balancer. Tasks close connections after 2 hours. */
const CLIENT_KEEP_ALIVE = Duration.hours(2);

/** Options of a load balancer for the WebSocket lane only. */
export interface OwnLoadBalancerOptions {
  /**
   * True to store the load balancer's access logs in a bucket. It requires a stack with a Region. A connection is logged when it
   * closes.
   *
   * @default - true unless `removalPolicy` is DESTROY
   */
  readonly accessLogs?: boolean;
}

/** @internal Context of the load balancer. */
interface LoadBalancerContext {
  readonly domain: LaneDomain;
  readonly network: LaneNetworkConfig;
  readonly httpListener?: ApplicationListener;
  readonly targetGroup: IApplicationTargetGroup;
  readonly retention: Retention;
}

/** @internal The load balancer, and its listener for handshakes. */
interface LoadBalancerConfig {
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly listener: ApplicationListener;
}

/** Load balancer in front of the servers of the WebSocket lane. */
export abstract class ServersLoadBalancer {
  /**
   * A load balancer for the WebSocket lane only. Connections stay open for 10 minutes without a frame, and requests of the HTTP
   * lane do not use its capacity.
   */
  static own(options: OwnLoadBalancerOptions = {}): ServersLoadBalancer {
    return new OwnLoadBalancer(options);
  }

  /**
   * Rules on the listener of the HTTP lane, without the cost of a second load balancer. The lanes then share its capacity, its
   * security headers, its web ACL and its idle timeout, which must be at least 6 minutes.
   */
  static shared(): ServersLoadBalancer {
    return new SharedLoadBalancer();
  }

  /**
   * @internal Id of the target group. It differs for each load balancer: AWS accepts a target group at one load balancer only, and a
   * change of the load balancer creates rules before it deletes others.
   */
  abstract readonly _targetGroupId: string;

  /** @internal Adds the rules for the servers, and the load balancer if there is none. */
  abstract _bind(scope: Construct, context: LoadBalancerContext): LoadBalancerConfig;
}

class OwnLoadBalancer extends ServersLoadBalancer {
  readonly _targetGroupId = 'TargetGroup';

  constructor(private readonly options: OwnLoadBalancerOptions) {
    super();
  }

  _bind(scope: Construct, context: LoadBalancerContext): LoadBalancerConfig {
    const { domain, network, targetGroup, retention } = context;
    const { accessLogs } = this.options;
    scope.node.addValidation({ validate: () => accessLogProblems(scope, { accessLogs, retention }) });
    const loadBalancer = addLaneLoadBalancer(scope, {
      network,
      gateway: domain.gateway,
      lane: 'WebSocket lane',
      idleTimeout: IDLE_TIMEOUT,
      clientKeepAlive: CLIENT_KEEP_ALIVE,
      accessLogs,
      retention,
    });
    const listener = addHttpsListener(loadBalancer, {
      domain,
      network,
      defaultAction: requiresSecret(domain.gateway) ? FORBIDDEN : UPGRADE_REQUIRED,
    });
    addUpgradeRule(scope, listener, domain, targetGroup);
    return { loadBalancer, listener };
  }
}

class SharedLoadBalancer extends ServersLoadBalancer {
  readonly _targetGroupId = 'SharedTargetGroup';

  _bind(scope: Construct, context: LoadBalancerContext): LoadBalancerConfig {
    const { domain, httpListener, targetGroup } = context;
    if (!httpListener) {
      scope.node.addValidation({
        validate: () => [
          'loadBalancer must be an own one without an HTTP lane, got ServersLoadBalancer.shared(). Fix: use ServersLoadBalancer.own(), or pass httpListener to the WebSocketLane',
        ],
      });
      return ServersLoadBalancer.own({ accessLogs: false })._bind(scope, context);
    }
    scope.node.addValidation({ validate: () => idleTimeoutProblems(httpListener) });
    Annotations.of(scope).addWarningV2(
      'twinlane:shared-load-balancer',
      'Both lanes share a load balancer: its idle timeout applies to connections and to requests, and load on one lane uses capacity (LCUs) of the other. ' +
        // A gateway without a secret is this load balancer.
        `Fix: use ${domain.gateway && !isBehindGateway(domain.gateway) ? 'Gateway.cloudFront() and ' : ''}ServersLoadBalancer.own()`,
    );
    addCertificate(scope, httpListener, domain.certificate);
    addUpgradeRule(scope, httpListener, domain, targetGroup);
    addUpgradeRequiredRule(scope, httpListener, domain);
    return { loadBalancer: httpListener.loadBalancer, listener: httpListener };
  }
}

/** Adds the certificate of the host to the listener, unless the listener has it. */
function addCertificate(scope: Construct, listener: ApplicationListener, certificate: ICertificate): void {
  const { certificates } = listener.node.defaultChild as CfnListener;
  const stack = Stack.of(scope);
  const present: readonly object[] = stack.resolve(certificates) ?? [];
  const wanted = JSON.stringify(stack.resolve({ certificateArn: certificate.certificateArn }));
  if (!present.some((one) => JSON.stringify(one) === wanted)) {
    listener.addCertificates('WebSocket', [certificate]);
  }
}
