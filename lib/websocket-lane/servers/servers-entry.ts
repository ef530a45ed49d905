import type { Construct } from 'constructs';
import type { WebSocketEntryConfig, WebSocketEntryContext } from '../websocket-entry-config';
import type { ServersEntryProps } from './servers-entry-props';
import { WebSocketServers } from './websocket-servers';

/** Servers on Fargate, behind a load balancer. */
export class ServersEntry {
  constructor(private readonly props: ServersEntryProps) {}

  bind(scope: Construct, context: WebSocketEntryContext): WebSocketEntryConfig {
    return new WebSocketServers(scope, 'Servers', { ...this.props, context });
  }
}
