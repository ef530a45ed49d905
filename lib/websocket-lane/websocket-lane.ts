import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IAdmission } from '../authentication/admission';
import { validateOrigins } from '../domains/allowed-origins';
import type { LaneDomain } from '../domains/lane-domain';
import { webSocketUrlOf } from '../domains/lane-urls';
import { metricLaneOf, refusalMetric, type RefusalReason } from '../metrics/lane-metric';
import { LaneNetwork } from '../network/lane-network';
import type { LaneNetworkConfig } from '../network/lane-network-config';
import { requireProps } from '../required-props';
import type { IMessageLog } from '../storage/message-log';
import { type RetentionOptions, retentionOf } from '../storage/retention';
import { ApiGateway } from './api-gateway/api-gateway';
import { ConnectionTable } from './connection-table';
import { WebSocketServers } from './servers/websocket-servers';
import { WebSocketEntry } from './websocket-entry';
import type { WebSocketEntryConfig } from './websocket-entry-config';

/** Options of the WebSocket lane. */
export interface WebSocketLaneOptions {
  /**
   * Entry that clients connect to.
   *
   * @default WebSocketEntry.apiGateway()
   */
  readonly entry?: WebSocketEntry;
}

export interface WebSocketLaneProps extends WebSocketLaneOptions, RetentionOptions {
  readonly domain: LaneDomain;

  /** Message log for publishing and for the positions of topics. */
  readonly messageLog: IMessageLog;

  /** Authenticates connections and limits the rate of their frames. */
  readonly admission: IAdmission;

  /** Exact origins (scheme, host and port) of the pages that can connect: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];

  /**
   * Network of servers: `httpLane.network`, or a {@link LaneNetwork} for this lane only.
   *
   * @default - none: an API Gateway API needs none
   */
  readonly network?: LaneNetworkConfig | LaneNetwork;

  /**
   * HTTPS listener of the HTTP lane, which servers can share: `httpLane.listener`.
   *
   * @default - none: the load balancer is not shared
   */
  readonly httpListener?: ApplicationListener;
}

/** The WebSocket lane: connections and their subscriptions, which scale independently of the HTTP lane. */
export class WebSocketLane extends Construct {
  readonly connectionTable: ConnectionTable;

  /** The entry that clients connect to. */
  readonly entry: WebSocketEntryConfig;

  /** The API and its functions; undefined with another entry. */
  readonly apiGateway: ApiGateway | undefined;

  /** The servers; undefined with another entry. */
  readonly servers: WebSocketServers | undefined;

  /** URL for clients: `wss://ws.example.com`, or that of the gateway. */
  readonly url: string;

  /** Value of the dimension `Lane` of the metrics of the lane's code. */
  readonly metricLane: string;

  /** Environment variables with the connection table, for functions of the lane. */
  readonly connectionEnvironment: Record<string, string>;

  constructor(scope: Construct, id: string, props: WebSocketLaneProps) {
    super(scope, id);
    requireProps(this, props, ['domain', 'messageLog', 'admission', 'allowedOrigins']);
    const { domain, messageLog, admission, allowedOrigins, network, httpListener } = props;
    const retention = retentionOf(props);
    this.url = webSocketUrlOf(domain);
    validateOrigins(this, allowedOrigins);
    this.metricLane = metricLaneOf(this);
    this.connectionTable = new ConnectionTable(this, 'ConnectionTable', { retention });
    this.connectionEnvironment = this.connectionTable.environment;
    this.entry = (props.entry ?? WebSocketEntry.apiGateway()).bind(this, {
      domain,
      messageLog,
      admission,
      allowedOrigins,
      connectionTable: this.connectionTable,
      metricLane: this.metricLane,
      retention,
      ...(network && { network: network instanceof LaneNetwork ? network.bind(this, retention) : network }),
      ...(httpListener && { httpListener }),
    });
    this.apiGateway = this.entry instanceof ApiGateway ? this.entry : undefined;
    this.servers = this.entry instanceof WebSocketServers ? this.entry : undefined;
  }

  /** Grants `grantee` permission to post to the connections of this lane. */
  grantPost(grantee: IGrantable): Grant {
    return this.entry.grantPost(grantee);
  }

  /**
   * Number of handshakes and frames that the lane's code refused for one reason. Servers of an image of your own write the metric only if
   * their code does.
   *
   * @default - sum over 1 minute
   */
  metricRefused(reason: RefusalReason, options?: MetricOptions): Metric {
    return refusalMetric(this.metricLane, reason, options);
  }

  /** Grants `grantee` permission to close connections of this lane. */
  grantDisconnect(grantee: IGrantable): Grant {
    return this.entry.grantDisconnect(grantee);
  }
}
