import { Construct } from 'constructs';
import { Admission, type AdmissionProps } from './authentication/admission';
import { Revocation } from './websocket-lane/revocation';
import { Domains, type DomainsProps } from './domains/domains';
import { HttpLane, type HttpLaneOptions } from './http-lane/http-lane';
import type { LaneNetwork } from './http-lane/lane-network';
import type { LaneFunctionOptions } from './functions/lane-function';
import { Delivery, type DeliveryOptions } from './websocket-lane/delivery';
import { MessageLog, type MessageLogProps } from './storage/message-log';
import { type Retention, type RetentionOptions, retentionOf } from './storage/retention';
import { WebSocketLane, type WebSocketLaneOptions } from './websocket-lane/websocket-lane';

export interface TwinLaneProps
  extends
    RetentionOptions,
    Pick<MessageLogProps, 'messageRetention'>,
    Omit<AdmissionProps, keyof RetentionOptions>,
    DomainsProps {
  /**
   * Exact origins, scheme, host and port, whose pages may use either lane: `https://app.example.com`. One setting for
   * CORS and for the socket.
   */
  readonly allowedOrigins: readonly string[];

  /** The network of the HTTP lane: one that is made for it, or one that exists. The WebSocket lane needs none. */
  readonly network: LaneNetwork;

  /** @default - see {@link HttpLaneOptions} */
  readonly http?: HttpLaneOptions;

  /** @default - see {@link WebSocketLaneOptions} */
  readonly webSocket?: WebSocketLaneOptions;

  /** @default - see {@link DeliveryOptions} */
  readonly delivery?: DeliveryOptions;

  /** The function that closes connections of who must leave. @default - see {@link LaneFunctionOptions} */
  readonly revoke?: LaneFunctionOptions;
}

/** An HTTP lane and a WebSocket lane that share two tables only: the message log and the table of {@link Admission}. */
export class TwinLane extends Construct {
  readonly domains: Domains;
  readonly messageLog: MessageLog;
  readonly admission: Admission;
  readonly httpLane: HttpLane;
  readonly webSocketLane: WebSocketLane;
  readonly delivery: Delivery;

  /** Closes the connections of who must leave; undefined where everybody gets in. */
  readonly revocation: Revocation | undefined;

  /** Retention of everything that the lanes store. */
  readonly retention: Retention;

  constructor(scope: Construct, id: string, props: TwinLaneProps) {
    super(scope, id);
    const { allowedOrigins, network } = props;
    const retention = retentionOf(props);
    this.retention = retention;

    this.domains = new Domains(this, 'Domains', props);
    this.messageLog = new MessageLog(this, 'MessageLog', props);
    this.admission = new Admission(this, 'Admission', props);
    const { messageLog, admission } = this;
    this.httpLane = new HttpLane(this, 'HttpLane', {
      ...props.http,
      ...retention,
      domain: this.domains.api,
      messageLog,
      admission,
      allowedOrigins,
      network,
    });
    this.webSocketLane = new WebSocketLane(this, 'WebSocketLane', {
      ...props.webSocket,
      ...retention,
      domain: this.domains.ws,
      messageLog,
      admission,
      allowedOrigins,
    });
    this.delivery = new Delivery(this, 'Delivery', {
      ...props.delivery,
      ...retention,
      messageLog,
      webSocketLane: this.webSocketLane,
    });
    if (admission.table) {
      this.revocation = new Revocation(this, 'Revocation', {
        ...retention,
        revoke: props.revoke,
        table: admission.table,
        webSocketLane: this.webSocketLane,
      });
    }
  }
}
