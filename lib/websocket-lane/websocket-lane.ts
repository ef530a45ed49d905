import { Annotations, Names, Stack, Token, Validations } from 'aws-cdk-lib';
import {
  ApiMapping,
  type CfnApi,
  type CfnStage,
  DomainName,
  EndpointType,
  IpAddressType,
  type IWebSocketRouteAuthorizer,
  LogGroupLogDestination,
  SecurityPolicy,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ApiGatewayv2DomainProperties, CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { Environment } from '../../lambda/environment';
import { validateOrigins } from '../domains/allowed-origins';
import { requireProps } from '../required-props';
import type { IAdmission } from '../authentication/admission';
import { AliasRecords } from '../domains/alias-records';
import type { LaneDomain } from '../domains/lane-domain';
import { LaneFunction, type LaneFunctionOptions } from '../functions/lane-function';
import { ownSource } from '../functions/own-source';
import type { IMessageLog } from '../storage/message-log';
import { type Retention, type RetentionOptions, retentionOf } from '../storage/retention';
import { acknowledgeWildcard } from '../compliance/wildcard';
import { ACCESS_LOG } from './access-log';
import { AccountLoggingRole } from './account-logging-role';
import { ConnectionTable } from './connection-table';
import { LaneDistribution, type LaneDistributionOptions } from './lane-distribution';
import { type LaneRoute, timeoutProblems } from './lane-route';
import { LaneRoutes } from './lane-routes';

/** Name of the stage. Clients do not see it, because the API mapping has no key. */
const STAGE_NAME = 'live';

/** Limits of the stage for all connections together. */
export interface LaneThrottle {
  /**
   * Handshakes and frames per second. By default, an account has 10,000 per second for all APIs in a Region.
   *
   * @default 1000
   */
  readonly rateLimit?: number;

  /**
   * Maximum burst of handshakes and frames.
   *
   * @default 500
   */
  readonly burstLimit?: number;
}

/** Options of the WebSocket lane. */
export interface WebSocketLaneOptions {
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
   * CloudFront with AWS WAF in front of the API. The API then accepts handshakes only from CloudFront.
   *
   * @default - none: clients connect to the API directly
   */
  readonly distribution?: LaneDistributionOptions;

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

  /** The function that answers frames. @default - see {@link LaneFunctionOptions} */
  readonly message?: LaneFunctionOptions;
}

export interface WebSocketLaneProps extends WebSocketLaneOptions, RetentionOptions {
  readonly domain: LaneDomain;

  /** Message log for publishing and for the positions of topics. */
  readonly messageLog: IMessageLog;

  /** Authenticates connections and limits the rate of their frames. */
  readonly admission: IAdmission;

  /** Exact origins (scheme, host and port) of the pages that can connect: `https://app.example.com`. */
  readonly allowedOrigins: readonly string[];
}

/** The WebSocket lane: a WebSocket API and functions, which scale independently of the HTTP lane. */
export class WebSocketLane extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly domainName: DomainName;
  readonly connectionTable: ConnectionTable;

  /** Distribution in front of the API; undefined without one. */
  readonly distribution: LaneDistribution | undefined;

  readonly connect: LaneFunction;
  readonly disconnect: LaneFunction;
  readonly message: LaneFunction;

  /** `wss://ws.example.com` */
  readonly url: string;

  /**
   * Base URL of the management API, `{base}/@connections/{id}`. It is the API's custom domain, because the default endpoint
   * is disabled. Its path contains no stage, because the mapping has no key.
   */
  readonly managementEndpoint: string;

  /**
   * Resources that the management endpoint consists of. A function that uses the endpoint depends on them, so that a change of
   * the host name reaches it only when the new host answers. The function of a route cannot: they depend on the routes.
   */
  readonly managementResources: IDependable;

  /** Throttle of the stage. */
  readonly throttle: Required<LaneThrottle>;

  /** Environment variables with the connection table, for functions of the lane. */
  readonly connectionEnvironment: Record<string, string>;

  /** Environment variables of a function that answers frames. {@link grantSession} grants the permissions for them. */
  readonly sessionEnvironment: Record<string, string>;

  private readonly messageLog: IMessageLog;
  private readonly admission: IAdmission;

  private readonly retention: Retention;
  private readonly routes: LaneRoutes;

  constructor(scope: Construct, id: string, props: WebSocketLaneProps) {
    super(scope, id);
    requireProps(this, props, ['domain', 'messageLog', 'admission', 'allowedOrigins']);
    const { domain, messageLog, admission } = props;
    const retention = retentionOf(props);
    this.retention = retention;
    this.messageLog = messageLog;
    this.admission = admission;
    this.distribution =
      props.distribution && new LaneDistribution(this, 'Distribution', { ...props.distribution, retention, domain });
    const apiDomain = this.distribution?.origin ?? domain;
    this.url = `wss://${domain.hostName}`;
    this.managementEndpoint = `https://${apiDomain.hostName}`;
    this.throttle = { rateLimit: props.throttle?.rateLimit ?? 1000, burstLimit: props.throttle?.burstLimit ?? 500 };
    validateOrigins(this, props.allowedOrigins);
    warnOfSubjectRate(this, admission, this.throttle);
    this.node.addValidation({
      validate: () => [
        ...throttleProblems(this.throttle),
        ...(['connect', 'disconnect', 'message'] as const).flatMap((name) =>
          timeoutProblems(name, props[name]?.timeout),
        ),
      ],
    });

    this.connectionTable = new ConnectionTable(this, 'ConnectionTable', { retention });
    this.connectionEnvironment = { [Environment.CONNECTION_TABLE]: this.connectionTable.table.tableName };
    this.connect = new LaneFunction(this, 'Connect', {
      ...props.connect,
      retention,
      entry: ownSource('lambda/connect.handler.ts'),
      description: 'WebSocket lane: opens a connection',
      environment: {
        ...this.connectionEnvironment,
        ...admission.connectEnvironment,
        [Environment.ALLOWED_ORIGINS]: props.allowedOrigins.join(','),
        [Environment.WEBSOCKET_HOST]: domain.hostName,
        [Environment.ORIGIN_SECRET]: this.distribution?.originSecret ?? 'none',
      },
    });
    this.connectionTable.grantConnect(this.connect);
    admission.grantConsumeTicket(this.connect);
    // For the connection whose slot the new one takes.
    admission.grantClose(this.connect);
    this.disconnect = new LaneFunction(this, 'Disconnect', {
      ...props.disconnect,
      retention,
      entry: ownSource('lambda/disconnect.handler.ts'),
      description: 'WebSocket lane: removes a closed connection',
      environment: this.connectionEnvironment,
    });
    this.connectionTable.grantDisconnect(this.disconnect);
    this.sessionEnvironment = {
      ...this.connectionEnvironment,
      ...admission.messageEnvironment,
      ...messageLog.environment,
    };
    this.message = new LaneFunction(this, 'Message', {
      ...props.message,
      retention,
      entry: ownSource('lambda/message.handler.ts'),
      description: 'WebSocket lane: answers frames',
      environment: this.sessionEnvironment,
    });
    this.grantSession(this.message);

    this.api = this.addApi(props);
    this.routes = new LaneRoutes(this, 'Routes', {
      api: this.api,
      context: {
        retention,
        sessionEnvironment: this.sessionEnvironment,
        grantSession: (grantee) => this.grantSession(grantee),
      },
    });
    for (const [routeKey, route] of Object.entries(props.routes ?? {})) {
      this.routes.add(routeKey, route);
    }
    this.domainName = this.addDomainName(apiDomain);
    this.stage = this.addStage(props);
    const mapping = new ApiMapping(this, 'Mapping', { api: this.api, stage: this.stage, domainName: this.domainName });
    this.managementResources = new DependencyGroup(mapping, this.addRecords(domain));
  }

  /**
   * Adds a route.
   *
   * @param routeKey - value of a frame's `action` that selects the route: 1 to 64 letters, digits, _ and -
   * @returns the function that answers it
   */
  addRoute(routeKey: string, route: LaneRoute): IFunction {
    return this.routes.add(routeKey, route);
  }

  /** Functions of the lane: the three that every lane has, then those of bundled routes. */
  get functions(): readonly LaneFunction[] {
    return [this.connect, this.disconnect, this.message, ...this.routes.functions];
  }

  /**
   * Grants `grantee` the permissions of a function that answers frames: to count a frame, to change subscriptions, to
   * publish, and to request that a connection be closed.
   */
  grantSession(grantee: IGrantable): Grant {
    return this.connectionTable
      .grantSubscribe(grantee)
      .combine(this.messageLog.grantAppend(grantee))
      .combine(this.messageLog.grantReadPositions(grantee))
      .combine(this.admission.grantRateLimit(grantee))
      .combine(this.admission.grantClose(grantee));
  }

  /** Grants `grantee` permission to post to the connections of this stage. */
  grantPost(grantee: IGrantable): Grant {
    return this.grantConnections(grantee, 'POST');
  }

  /** Grants `grantee` permission to close connections of this stage. */
  grantDisconnect(grantee: IGrantable): Grant {
    return this.grantConnections(grantee, 'DELETE');
  }

  /** Number of connections opened. @default - sum over 5 minutes */
  metricConnectCount(options?: MetricOptions): Metric {
    return this.metric('ConnectCount', options);
  }

  /** Number of frames in both directions. @default - sum over 5 minutes */
  metricMessageCount(options?: MetricOptions): Metric {
    return this.metric('MessageCount', options);
  }

  /** Number of handshakes and frames that a function failed to answer. @default - sum over 5 minutes */
  metricIntegrationError(options?: MetricOptions): Metric {
    return this.metric('IntegrationError', options);
  }

  /** Number of handshakes and frames that were refused before a function was invoked. @default - sum over 5 minutes */
  metricClientError(options?: MetricOptions): Metric {
    return this.metric('ClientError', options);
  }

  private metric(name: string, options?: MetricOptions): Metric {
    return this.stage.metric(name, { statistic: Stats.SUM, ...options });
  }

  private addApi({ authorizer }: WebSocketLaneProps): WebSocketApi {
    const api = new WebSocketApi(this, 'Api', {
      apiName: Names.uniqueResourceName(this, { maxLength: 64, separator: '-' }),
      ipAddressType: IpAddressType.DUAL_STACK,
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration('Integration', this.connect.invocable),
        ...(authorizer && { authorizer }),
      },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('Integration', this.disconnect.invocable) },
      defaultRouteOptions: {
        integration: new WebSocketLambdaIntegration('Integration', this.message.invocable),
        returnResponse: true,
      },
    });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason: authorizer
        ? 'API Gateway supports an authorizer only on $connect. Its decision applies to the whole connection.'
        : '$connect consumes the ticket that authenticates the client. An authorizer could only check it before that.',
    });
    // The L2 construct has no property for it (aws/aws-cdk#35516). Clients must not bypass the domain.
    (api.node.defaultChild as CfnApi).disableExecuteApiEndpoint = true;
    return api;
  }

  private addDomainName({ hostName, certificate }: LaneDomain): DomainName {
    return new DomainName(this, 'DomainName', {
      domainName: hostName,
      certificate,
      endpointType: EndpointType.REGIONAL,
      // The only policy that WebSocket APIs support; it negotiates TLS 1.2 and 1.3.
      securityPolicy: SecurityPolicy.TLS_1_2,
      ipAddressType: IpAddressType.DUAL_STACK,
    });
  }

  /**
   * Adds the records of the client's host, and of the API's host behind a distribution. The records of a host keep their
   * logical ids with and without a distribution: a new record of the same name would be refused while the old one exists.
   *
   * @returns the records of the API's host
   */
  private addRecords(domain: LaneDomain): AliasRecords {
    const { regionalDomainName, regionalHostedZoneId } = this.domainName;
    const api = new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId);
    if (!this.distribution) {
      return new AliasRecords(this, 'Records', { domain, target: api });
    }
    const records = new AliasRecords(this, 'Records', {
      domain,
      target: new CloudFrontTarget(this.distribution.distribution),
    });
    // Until clients reach the distribution, handshakes without its secret must be accepted. Without a hosted zone, only the
    // owner of the records knows when they do.
    this.connect.node.addDependency(this.distribution, records);
    return new AliasRecords(this, 'OriginRecords', { domain: this.distribution.origin, target: api });
  }

  private addStage({ accountLoggingRole }: WebSocketLaneProps): WebSocketStage {
    const { logRetention, removalPolicy } = this.retention;
    const stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: STAGE_NAME,
      autoDeploy: true,
      throttle: this.throttle,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLogs', { retention: logRetention, removalPolicy }),
        ),
        format: ACCESS_LOG,
      },
    });
    // Error logs, for which the L2 construct has no property. Frames are never logged.
    const { defaultRouteSettings } = stage.node.defaultChild as CfnStage;
    (stage.node.defaultChild as CfnStage).defaultRouteSettings = {
      ...(defaultRouteSettings as CfnStage.RouteSettingsProperty),
      loggingLevel: 'ERROR',
      dataTraceEnabled: false,
    };
    // API Gateway creates this log group with the first error, without a retention, unless it exists.
    const executionLogs = new LogGroup(this, 'ExecutionLogs', {
      logGroupName: `/aws/apigateway/${this.api.apiId}/${STAGE_NAME}`,
      retention: logRetention,
      removalPolicy,
    });
    // After the routes, so that the stage's first deployment contains them and their responses.
    stage.node.addDependency(executionLogs, this.api);
    if (accountLoggingRole) {
      stage.node.addDependency(new AccountLoggingRole(this, 'AccountLoggingRole'));
    }
    return stage;
  }

  private grantConnections(grantee: IGrantable, verb: 'POST' | 'DELETE'): Grant {
    // The name and not a reference: the stage depends on the routes, and their functions can have this grant.
    const resource = `${this.api.apiId}/${STAGE_NAME}/${verb}/@connections/*`;
    const arn = Stack.of(this).formatArn({ service: 'execute-api', resource });
    if (Construct.isConstruct(grantee.grantPrincipal)) {
      acknowledgeWildcard(grantee.grantPrincipal, arn, 'The ids of connections are not known in advance.');
    }
    return Grant.addToPrincipal({ grantee, actions: ['execute-api:ManageConnections'], resourceArns: [arn] });
  }
}

/** Adds a warning if one subject can use up more than half of the throttle, which all clients of the stage share. */
function warnOfSubjectRate(lane: Construct, admission: IAdmission, { rateLimit }: Required<LaneThrottle>): void {
  const { connections, frames } = admission.limits;
  const framesPerSecond = connections * frames.perSecond;
  const known = !Token.isUnresolved(rateLimit) && rateLimit >= 1;
  if (admission.authentication && known && framesPerSecond > rateLimit / 2) {
    Annotations.of(lane).addWarningV2(
      'twinlane:subject-rate',
      `limits.connections × limits.frames.perSecond must be at most half of throttle.rateLimit (${rateLimit}), got ${connections} × ${frames.perSecond} = ${framesPerSecond}. One subject can keep the others from the WebSocket lane. Fix: use smaller limits, or a higher throttle.rateLimit`,
    );
  }
}

function throttleProblems({ rateLimit, burstLimit }: Required<LaneThrottle>): string[] {
  return Object.entries({ rateLimit, burstLimit })
    .filter(([, limit]) => limit < 1)
    .map(([name, limit]) => `throttle.${name} must be 1 or more, got ${limit}. Fix: use 1 or more`);
}
