import type { Construct } from 'constructs';
import type { WebSocketEntryContext } from '../websocket-entry-config';
import { ApiGateway } from './api-gateway';
import type { ApiGatewayEntryProps } from './api-gateway-entry-props';

/** An API Gateway API and functions, which scale with the number of frames. */
export class ApiGatewayEntry {
  constructor(private readonly props: ApiGatewayEntryProps) {}

  bind(scope: Construct, context: WebSocketEntryContext): ApiGateway {
    return new ApiGateway(scope, context, this.props);
  }
}
