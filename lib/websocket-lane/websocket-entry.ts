import type { Construct } from 'constructs';
import { ApiGatewayEntry } from './api-gateway/api-gateway-entry';
import type { ApiGatewayEntryProps } from './api-gateway/api-gateway-entry-props';
import { ServersEntry } from './servers/servers-entry';
import type { ServersEntryProps } from './servers/servers-entry-props';
import type { WebSocketEntryConfig, WebSocketEntryContext } from './websocket-entry-config';

/** Entry point of the WebSocket lane: an API Gateway API, or servers. */
export abstract class WebSocketEntry {
  /** An API Gateway API and functions: no servers to run. */
  static apiGateway(props: ApiGatewayEntryProps = {}): WebSocketEntry {
    return new ApiGatewayEntry(props);
  }

  /** WebSocket servers on Fargate behind a load balancer, in the network of the HTTP lane. */
  static servers(props: ServersEntryProps = {}): WebSocketEntry {
    return new ServersEntry(props);
  }

  /** Creates the entry below `scope`, the lane. */
  abstract bind(scope: Construct, context: WebSocketEntryContext): WebSocketEntryConfig;
}
