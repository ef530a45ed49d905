import type { Construct } from 'constructs';
import { ApiGatewayEntry } from './api-gateway/api-gateway-entry';
import type { ApiGatewayEntryProps } from './api-gateway/api-gateway-entry-props';
import type { ServersEntryProps } from './servers/servers-entry-props';
import type { WebSocketEntryConfig, WebSocketEntryContext } from './websocket-entry-config';

/** Entry point of the WebSocket lane: an API Gateway API, or servers. */
export abstract class WebSocketEntry {
  /** An API Gateway API and functions: no servers to run. */
  static apiGateway(props: ApiGatewayEntryProps = {}): WebSocketEntry {
    return new ApiGatewayEntry(props);
  }

  /** Fargate tasks with a WebSocket server. */
  static servers(_props: ServersEntryProps = {}): WebSocketEntry {
    throw new Error('not implemented');
  }

  /** Creates the entry below `scope`, the lane. */
  abstract bind(scope: Construct, context: WebSocketEntryContext): WebSocketEntryConfig;
}
