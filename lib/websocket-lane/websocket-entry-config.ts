import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ApplicationListener, IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IDependable } from 'constructs';
import type { IAdmission } from '../authentication/admission';
import type { LaneDomain } from '../domains/lane-domain';
import type { FunctionNetwork } from '../functions/function-network';
import type { LaneFunction } from '../functions/lane-function';
import type { LaneNetworkConfig } from '../network/lane-network-config';
import type { IMessageLog } from '../storage/message-log';
import type { Retention } from '../storage/retention';
import type { ConnectionTable } from './connection-table';

/** Context of an entry of the WebSocket lane. */
export interface WebSocketEntryContext {
  /** Host that clients connect to. */
  readonly domain: LaneDomain;

  /** Message log for publishing and for the positions of topics. */
  readonly messageLog: IMessageLog;

  /** Authenticates connections and limits the rate of their frames. */
  readonly admission: IAdmission;

  /** Exact origins of the pages that can connect. */
  readonly allowedOrigins: readonly string[];

  readonly connectionTable: ConnectionTable;

  /** Network for servers. Undefined if the lane has none: an API Gateway API needs none. */
  readonly network?: LaneNetworkConfig;

  /** HTTPS listener of the HTTP lane, which servers can share. Undefined if the lane stands alone. */
  readonly httpListener?: ApplicationListener;

  /** Value of the dimension `Lane` of the metrics of the lane's code. */
  readonly metricLane: string;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** An entry of a WebSocket lane: what the delivery and the revocation need of it. */
export interface WebSocketEntryConfig {
  /** Folder of the handlers that post to connections and close them: each entry has its own, so that functions load only that code. */
  readonly postingHandlers: 'lambda' | 'lambda/tasks';

  /** Environment variables that these handlers need to reach connections. */
  readonly postingEnvironment: Readonly<Record<string, string>>;

  /** Resources that a function which posts depends on. */
  readonly managementResources: IDependable;

  /** Network of functions that post. Undefined if they need none. */
  readonly functionNetwork?: FunctionNetwork;

  /** Load balancer of the entry. Undefined if it has none. */
  readonly loadBalancer?: IApplicationLoadBalancer;

  /** False if the servers are of a foreign image, which receives no messages from the log. */
  readonly delivers: boolean;

  /** Functions of the entry. */
  readonly functions: readonly LaneFunction[];

  /** Grants `grantee` permission to post to connections. */
  grantPost(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to close connections. */
  grantDisconnect(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to remove the records of connections that are gone. */
  grantRemove(grantee: IGrantable): Grant;
}
