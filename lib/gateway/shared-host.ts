import type { Construct } from 'constructs';
import type { GatewayConfig, GatewayContext, GatewayOrigins } from './gateway-config';

/** The load balancer of the HTTP lane as the gateway of both lanes: its rules divide the requests. */
export class SharedHost implements GatewayConfig {
  readonly hostName: string;
  readonly internalLoadBalancers = false;

  /** None: clients reach the load balancer directly. */
  readonly originSecret = undefined;

  constructor(
    private readonly scope: Construct,
    { httpHostName, webSocketHostName }: GatewayContext,
  ) {
    this.hostName = httpHostName;
    scope.node.addValidation({ validate: () => differentHosts(httpHostName, webSocketHostName) });
  }

  forwardTo({ http, webSocket }: GatewayOrigins): void {
    this.scope.node.addValidation({
      validate: () =>
        webSocket.loadBalancer === http.loadBalancer
          ? []
          : [
              `gateway must be one that reaches the WebSocket lane, got Gateway.loadBalancer() and ${webSocket.loadBalancer ? 'servers behind a load balancer of their own' : 'an API Gateway API'}. Fix: use WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }), or Gateway.cloudFront()`,
            ],
    });
  }
}

function differentHosts(http: string, webSocket: string): string[] {
  return http === webSocket
    ? []
    : [
        `httpHostName and webSocketHostName must be the same with Gateway.loadBalancer(), got ${http} and ${webSocket}. Fix: use ${http} for both`,
      ];
}
