import { Names, Stack, Validations } from 'aws-cdk-lib';
import {
  ApiMapping,
  type CfnApi,
  type CfnStage,
  DomainName,
  EndpointType,
  IpAddressType,
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
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { Environment } from '../../../lambda/environment';
import { acknowledgeWildcard } from '../../compliance/wildcard';
import { AliasRecords } from '../../domains/alias-records';
import type { LaneDomain } from '../../domains/lane-domain';
import { SOCKET_PATH } from '../../domains/lane-urls';
import { LaneFunction } from '../../functions/lane-function';
import { ownSource } from '../../functions/own-source';
import type { WebSocketEntryConfig, WebSocketEntryContext } from '../websocket-entry-config';
import { ACCESS_LOG } from './access-log';
import { AccountLoggingRole } from './account-logging-role';
import type { ApiGatewayEntryProps } from './api-gateway-entry-props';
import { type LaneRoute, timeoutProblems } from './lane-route';
import { LaneRoutes } from './lane-routes';
import { type LaneThrottle, throttleProblems, warnOfSubjectRate } from './lane-throttle';

/** Name of the stage. Clients do not see it: the URL of a custom domain contains the key of the mapping instead, if there is one. */
const STAGE_NAME = 'live';

/**
 * An API Gateway API and its functions. Its constructs are children of the lane: with other ids, CloudFormation would replace
 * the API of deployed lanes.
 */
export class ApiGateway implements WebSocketEntryConfig {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly domainName: DomainName;

  readonly connect: LaneFunction;
  readonly disconnect: LaneFunction;
  readonly message: LaneFunction;

  /**
   * Base URL of the management API, `{base}/@connections/{id}`. It is the API's custom domain, because the default endpoint
   * is disabled. Its path is empty, or behind a gateway the key of the mapping.
   */
  readonly managementEndpoint: string;

  readonly postingHandlers = 'lambda';

  /** Environment variable with the management endpoint. */
  readonly postingEnvironment: Readonly<Record<string, string>>;

  /**
   * Resources that the management endpoint consists of. A function that uses the endpoint depends on them, so that a change of
   * the host name reaches it only when the new host answers. The function of a route cannot: they depend on the routes.
   */
  readonly managementResources: IDependable;

  /** True: the functions of the delivery post to the connections of the API. */
  readonly delivers = true;

  /** Throttle of the stage. */
  readonly throttle: Required<LaneThrottle>;

  /** Environment variables of a function that answers frames. {@link grantSession} grants the permissions for them. */
  readonly sessionEnvironment: Record<string, string>;

  private readonly routes: LaneRoutes;

  /** @param lane - scope of the constructs */
  constructor(
    private readonly lane: Construct,
    private readonly context: WebSocketEntryContext,
    props: ApiGatewayEntryProps,
  ) {
    const { domain, messageLog, admission, connectionTable, retention } = context;
    this.managementEndpoint = `https://${domain.hostName}${domain.gateway ? SOCKET_PATH : ''}`;
    this.postingEnvironment = { [Environment.MANAGEMENT_ENDPOINT]: this.managementEndpoint };
    this.throttle = { rateLimit: props.throttle?.rateLimit ?? 1000, burstLimit: props.throttle?.burstLimit ?? 500 };
    warnOfSubjectRate(lane, admission, this.throttle);
    lane.node.addValidation({
      validate: () => [
        ...throttleProblems(this.throttle),
        ...(['connect', 'disconnect', 'message'] as const).flatMap((name) =>
          timeoutProblems(name, props[name]?.timeout),
        ),
      ],
    });

    this.connect = new LaneFunction(lane, 'Connect', {
      ...props.connect,
      retention,
      entry: ownSource('lambda/connect.handler.ts'),
      description: 'WebSocket lane: opens a connection',
      environment: {
        ...connectionTable.environment,
        ...admission.connectEnvironment,
        [Environment.ALLOWED_ORIGINS]: context.allowedOrigins.join(','),
        [Environment.METRIC_LANE]: context.metricLane,
        [Environment.WEBSOCKET_HOST]: domain.gateway?.hostName ?? domain.hostName,
        [Environment.ORIGIN_SECRET]: domain.gateway?.originSecret?.() ?? 'none',
      },
    });
    connectionTable.grantConnect(this.connect);
    admission.grantConsumeTicket(this.connect);
    // For the connection whose slot the new one takes.
    admission.grantClose(this.connect);
    this.disconnect = new LaneFunction(lane, 'Disconnect', {
      ...props.disconnect,
      retention,
      entry: ownSource('lambda/disconnect.handler.ts'),
      description: 'WebSocket lane: removes a closed connection',
      environment: connectionTable.environment,
    });
    connectionTable.grantDisconnect(this.disconnect);
    this.sessionEnvironment = {
      ...connectionTable.environment,
      ...admission.messageEnvironment,
      ...messageLog.environment,
      [Environment.METRIC_LANE]: context.metricLane,
    };
    this.message = new LaneFunction(lane, 'Message', {
      ...props.message,
      // Most of its invocations are pings.
      tracing: props.message?.tracing ?? false,
      retention,
      entry: ownSource('lambda/message.handler.ts'),
      description: 'WebSocket lane: answers frames',
      environment: this.sessionEnvironment,
    });
    this.grantSession(this.message);

    this.api = this.addApi(props);
    this.routes = new LaneRoutes(lane, 'Routes', {
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
    this.domainName = this.addDomainName(domain);
    this.stage = this.addStage(props);
    const mapping = new ApiMapping(lane, 'Mapping', {
      api: this.api,
      stage: this.stage,
      domainName: this.domainName,
      // The API serves the path of the gateway, so that the gateway forwards requests as they are.
      ...(domain.gateway && { apiMappingKey: SOCKET_PATH.slice(1) }),
    });
    const { regionalDomainName, regionalHostedZoneId } = this.domainName;
    const records = new AliasRecords(lane, 'Records', {
      domain,
      target: new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId),
    });
    this.managementResources = new DependencyGroup(mapping, records);
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

  /** Functions of the entry: the three that every API has, then those of bundled routes. */
  get functions(): readonly LaneFunction[] {
    return [this.connect, this.disconnect, this.message, ...this.routes.functions];
  }

  /**
   * Grants `grantee` the permissions of a function that answers frames: to count a frame, to change subscriptions, to
   * publish, and to request that a connection be closed.
   */
  grantSession(grantee: IGrantable): Grant {
    return this.context.connectionTable
      .grantSubscribe(grantee)
      .combine(this.context.messageLog.grantAppend(grantee))
      .combine(this.context.messageLog.grantReadPositions(grantee))
      .combine(this.context.admission.grantRateLimit(grantee))
      .combine(this.context.admission.grantClose(grantee));
  }

  /** Grants `grantee` permission to post to the connections of this stage. */
  grantPost(grantee: IGrantable): Grant {
    return this.grantConnections(grantee, 'POST');
  }

  /** Grants `grantee` permission to close connections of this stage. */
  grantDisconnect(grantee: IGrantable): Grant {
    return this.grantConnections(grantee, 'DELETE');
  }

  /** Grants `grantee` permission to delete the records of connections. */
  grantRemove(grantee: IGrantable): Grant {
    return this.context.connectionTable.grantDisconnect(grantee);
  }

  /**
   * Number of handshakes that were passed to `$connect`, also of those that it refused. AWS recommends the statistic SampleCount. Whether
   * the sum is the same is not verified.
   *
   * @default - number of samples over 5 minutes
   */
  metricConnectCount(options?: MetricOptions): Metric {
    return this.metric('ConnectCount', Stats.SAMPLE_COUNT, options);
  }

  /**
   * Number of frames in both directions, also of pings and their answers. AWS recommends the statistic SampleCount. Whether the sum is
   * the same is not verified.
   *
   * @default - number of samples over 5 minutes
   */
  metricMessageCount(options?: MetricOptions): Metric {
    return this.metric('MessageCount', Stats.SAMPLE_COUNT, options);
  }

  /**
   * Number of handshakes and frames that a function answered with 4xx or 5xx. A refused ticket is one, so it is not a sign of a fault:
   * use {@link metricExecutionError}, and the errors of the functions. The average is the share.
   *
   * @default - sum over 5 minutes
   */
  metricIntegrationError(options?: MetricOptions): Metric {
    return this.metric('IntegrationError', Stats.SUM, options);
  }

  /**
   * Number of handshakes and frames that API Gateway refused with 4xx before it invoked a function, also those above the throttle of the
   * stage (429). The average is the share.
   *
   * @default - sum over 5 minutes
   */
  metricClientError(options?: MetricOptions): Metric {
    return this.metric('ClientError', Stats.SUM, options);
  }

  /**
   * Number of handshakes and frames that API Gateway failed to pass to a function. The average is the share.
   *
   * @default - sum over 5 minutes
   */
  metricExecutionError(options?: MetricOptions): Metric {
    return this.metric('ExecutionError', Stats.SUM, options);
  }

  /**
   * Milliseconds between the request of API Gateway to a function and its response, for handshakes and frames.
   *
   * @default - 90th percentile over 5 minutes
   */
  metricIntegrationLatency(options?: MetricOptions): Metric {
    return this.metric('IntegrationLatency', Stats.p(90), options);
  }

  private metric(name: string, statistic: string, options?: MetricOptions): Metric {
    return this.stage.metric(name, { statistic, ...options });
  }

  private addApi({ authorizer }: ApiGatewayEntryProps): WebSocketApi {
    const api = new WebSocketApi(this.lane, 'Api', {
      apiName: Names.uniqueResourceName(this.lane, { maxLength: 64, separator: '-' }),
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
    return new DomainName(this.lane, 'DomainName', {
      domainName: hostName,
      certificate,
      endpointType: EndpointType.REGIONAL,
      // The only policy that WebSocket APIs support; it negotiates TLS 1.2 and 1.3.
      securityPolicy: SecurityPolicy.TLS_1_2,
      ipAddressType: IpAddressType.DUAL_STACK,
    });
  }

  private addStage({ accountLoggingRole }: ApiGatewayEntryProps): WebSocketStage {
    const { logRetention, removalPolicy } = this.context.retention;
    const stage = new WebSocketStage(this.lane, 'Stage', {
      webSocketApi: this.api,
      stageName: STAGE_NAME,
      autoDeploy: true,
      throttle: this.throttle,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this.lane, 'AccessLogs', { retention: logRetention, removalPolicy }),
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
    const executionLogs = new LogGroup(this.lane, 'ExecutionLogs', {
      logGroupName: `/aws/apigateway/${this.api.apiId}/${STAGE_NAME}`,
      retention: logRetention,
      removalPolicy,
    });
    // After the routes, so that the stage's first deployment contains them and their responses.
    stage.node.addDependency(executionLogs, this.api);
    if (accountLoggingRole) {
      stage.node.addDependency(new AccountLoggingRole(this.lane, 'AccountLoggingRole'));
    }
    return stage;
  }

  private grantConnections(grantee: IGrantable, verb: 'POST' | 'DELETE'): Grant {
    // The name and not a reference: the stage depends on the routes, and their functions can have this grant.
    const resource = `${this.api.apiId}/${STAGE_NAME}/${verb}/@connections/*`;
    const arn = Stack.of(this.lane).formatArn({ service: 'execute-api', resource });
    if (Construct.isConstruct(grantee.grantPrincipal)) {
      acknowledgeWildcard(grantee.grantPrincipal, arn, 'The ids of connections are not known in advance.');
    }
    return Grant.addToPrincipal({ grantee, actions: ['execute-api:ManageConnections'], resourceArns: [arn] });
  }
}
