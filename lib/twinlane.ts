import type { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Admission, type AdmissionLimits } from './authentication/admission';
import type { Authentication } from './authentication/authentication';
import { Revocation } from './websocket-lane/revocation';
import { withGatewayOrigin } from './domains/allowed-origins';
import { Domains, type DomainsProps } from './domains/domains';
import { webSocketUrlOf } from './domains/lane-urls';
import type { Gateway } from './gateway/gateway';
import type { GatewayConfig } from './gateway/gateway-config';
import { HttpLane, type HttpLaneOptions } from './http-lane/http-lane';
import type { LaneNetwork } from './network/lane-network';
import type { LaneFunctionOptions } from './functions/lane-function';
import { Delivery, type DeliveryOptions, pauseFor } from './websocket-lane/delivery';
import { Operation } from './operation/operation';
import type { OperationOptions } from './operation/operation-options';
import { shapeProblems } from './operation/operation-problems';
import { requireProps } from './required-props';
import { MessageLog } from './storage/message-log';
import { type Retention, type RetentionOptions, retentionOf } from './storage/retention';
import { WebSocketLane, type WebSocketLaneOptions } from './websocket-lane/websocket-lane';

export interface TwinlaneProps extends Omit<DomainsProps, 'gateway'>, RetentionOptions {
  /**
   * Origins of the pages and apps that can use either lane, exactly as browsers send them: scheme, host and, unless it is the
   * default, port. One list for CORS and for WebSocket handshakes. `['https://app.example.com', 'capacitor://localhost']`. The origin
   * of a gateway is added.
   */
  readonly allowedOrigins: readonly string[];

  /** Network of the HTTP lane, and of the servers of the WebSocket lane if it has servers. */
  readonly network: LaneNetwork;

  /**
   * Issuer of the tokens that both lanes accept.
   *
   * @default Authentication.cognito()
   */
  readonly authentication?: Authentication;

  /** Limits of a subject and of a connection. @default - see {@link AdmissionLimits} */
  readonly limits?: AdmissionLimits;

  /**
   * Time for which a message can be read, and for which its id is remembered: whole seconds, at least 5 minutes. A client that
   * was away for less receives all messages that it missed.
   *
   * @default Duration.hours(24)
   */
  readonly messageRetention?: Duration;

  /**
   * One host in front of both lanes.
   *
   * @default - none: each lane has a host of its own
   */
  readonly gateway?: Gateway;

  /**
   * Alarms, the health of each lane, and a dashboard: `{}` for the defaults.
   *
   * @default - none
   */
  readonly operation?: OperationOptions;

  /** Options of the HTTP lane. @default - see {@link HttpLaneOptions} */
  readonly http?: HttpLaneOptions;

  /** Options of the WebSocket lane. @default - see {@link WebSocketLaneOptions} */
  readonly webSocket?: WebSocketLaneOptions;

  /** Options of the delivery from the message log to connections. @default - see {@link DeliveryOptions} */
  readonly delivery?: DeliveryOptions;

  /** The function that closes the connections of subjects that logged out or whose authorization expired: 20 s or more. @default - 25 s, else see {@link LaneFunctionOptions} */
  readonly revoke?: LaneFunctionOptions;
}

/**
 * An HTTP lane and a WebSocket lane that share only the message log, which is a table and a queue of hints, and the table of
 * {@link Admission}.
 */
export class Twinlane extends Construct {
  readonly domains: Domains;

  /** One host in front of both lanes; undefined without one. */
  readonly gateway: GatewayConfig | undefined;

  readonly messageLog: MessageLog;
  readonly admission: Admission;
  readonly httpLane: HttpLane;
  readonly webSocketLane: WebSocketLane;

  /** Delivers messages from the log to connections; undefined if the entry of the WebSocket lane receives none. */
  readonly delivery: Delivery | undefined;

  /**
   * Closes the connections of subjects that logged out or whose authorization expired; undefined without authentication, and
   * if the entry of the WebSocket lane receives no messages from the log.
   */
  readonly revocation: Revocation | undefined;

  /** Alarms, the health of each lane, and a dashboard; undefined without them. */
  readonly operation: Operation | undefined;

  /** Retention of everything that the lanes store. */
  readonly retention: Retention;

  constructor(scope: Construct, id: string, props: TwinlaneProps) {
    super(scope, id);
    // In JavaScript, null is a way to pass none.
    const zone = (props.hostedZone ?? undefined) === undefined ? [] : (['hostedZone'] as const);
    requireProps(this, props, [...zone, 'httpHostName', 'webSocketHostName', 'allowedOrigins', 'network']);
    const { network } = props;
    const retention = retentionOf(props);
    this.retention = retention;

    this.gateway = props.gateway?.bind(this, { ...props, retention });
    this.domains = new Domains(this, 'Domains', { ...props, gateway: this.gateway });
    const allowedOrigins = withGatewayOrigin(props.allowedOrigins, this.gateway);
    this.messageLog = new MessageLog(this, 'MessageLog', { ...props, hintAfter: pauseFor(props.delivery) });
    this.admission = new Admission(this, 'Admission', props);
    const { messageLog, admission } = this;
    this.httpLane = new HttpLane(this, 'HttpLane', {
      ...props.http,
      ...retention,
      domain: this.domains.http,
      messageLog,
      admission,
      allowedOrigins,
      network,
      webSocketUrl: webSocketUrlOf(this.domains.webSocket),
    });
    this.webSocketLane = new WebSocketLane(this, 'WebSocketLane', {
      ...props.webSocket,
      ...retention,
      domain: this.domains.webSocket,
      messageLog,
      admission,
      allowedOrigins,
      network: this.httpLane.network,
      httpListener: this.httpLane.listener,
    });
    const { loadBalancer } = this.webSocketLane.entry;
    this.gateway?.forwardTo({
      http: { domain: this.domains.http, loadBalancer: this.httpLane.loadBalancer },
      webSocket: { domain: this.domains.webSocket, ...(loadBalancer && { loadBalancer }) },
    });
    if (this.webSocketLane.entry.delivers) {
      this.delivery = new Delivery(this, 'Delivery', {
        ...props.delivery,
        ...retention,
        messageLog,
        webSocketLane: this.webSocketLane,
      });
    }
    if (this.delivery && admission.table) {
      this.revocation = new Revocation(this, 'Revocation', {
        ...retention,
        revoke: props.revoke,
        table: admission.table,
        webSocketLane: this.webSocketLane,
      });
    }
    this.operation = props.operation && this.addOperation(props.operation);
  }

  private addOperation(options: OperationOptions): Operation {
    const { httpLane, webSocketLane, messageLog, delivery, revocation, admission, gateway } = this;
    const { http, webSocket } = this.domains;
    this.node.addValidation({ validate: () => shapeProblems(options) });
    return new Operation(this, 'Operation', {
      ...options,
      ...this.retention,
      httpLane,
      webSocketLane,
      messageLog,
      delivery,
      revocation,
      admission,
      gateway,
      certificates: { http: http.certificate, webSocket: webSocket.certificate },
    });
  }
}
