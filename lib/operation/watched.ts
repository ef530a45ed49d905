import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IAdmission } from '../authentication/admission';
import type { GatewayConfig } from '../gateway/gateway-config';
import type { HttpLane } from '../http-lane/http-lane';
import type { IMessageLog } from '../storage/message-log';
import type { Delivery } from '../websocket-lane/delivery';
import type { Revocation } from '../websocket-lane/revocation';
import type { WebSocketLane } from '../websocket-lane/websocket-lane';

/** Constructs that the alarms and the dashboard watch. Those of a lane that stands alone are enough. */
export interface Watched {
  readonly httpLane?: HttpLane;
  readonly webSocketLane?: WebSocketLane;
  readonly messageLog?: IMessageLog;
  readonly delivery?: Delivery;
  readonly revocation?: Revocation;
  readonly admission?: IAdmission;
  readonly gateway?: GatewayConfig;

  /** Certificates of the lanes' hosts, in the Region of the stack. @default - none: their expiry is not watched */
  readonly certificates?: { readonly http?: ICertificate; readonly webSocket?: ICertificate };
}
