import type { IWebSocketRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { LaneFunctionOptions } from '../../functions/lane-function';
import type { LaneRoute } from './lane-route';
import type { LaneThrottle } from './lane-throttle';

/** Options of an API Gateway API and its functions. */
export interface ApiGatewayEntryProps {
  /**
   * Additional routes: value of a frame's `action` → its route. The lane's own function answers all other frames.
   *
   * @default - none
   */
  readonly routes?: Readonly<Record<string, LaneRoute>>;

  /**
   * Authorizer that runs before `$connect`. `$connect` still requires a ticket.
   *
   * @default - none: only `$connect` authenticates clients
   */
  readonly authorizer?: IWebSocketRouteAuthorizer;

  /** @default - 1000 per second, bursts of 500 */
  readonly throttle?: LaneThrottle;

  /**
   * True to create the role that API Gateway uses to write logs, for the whole account and Region: see
   * {@link AccountLoggingRole}. A stage with logs cannot be deployed in an account without that role.
   *
   * @default false - the account already has the role
   */
  readonly accountLoggingRole?: boolean;

  /** The function that opens connections. @default - see {@link LaneFunctionOptions} */
  readonly connect?: LaneFunctionOptions;

  /** The function that deletes the records of closed connections. @default - see {@link LaneFunctionOptions} */
  readonly disconnect?: LaneFunctionOptions;

  /**
   * The function that answers frames.
   *
   * @default - without tracing, because most frames are pings, which would be traced; else see {@link LaneFunctionOptions}
   */
  readonly message?: LaneFunctionOptions;
}
