import { CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Admission, type AdmissionProps } from './authentication/admission';
import { Revocation } from './websocket-lane/revocation';
import { Domains, type DomainsProps } from './domains/domains';
import { HttpLane, type HttpLaneOptions } from './http-lane/http-lane';
import type { LaneNetwork } from './http-lane/lane-network';
import type { LaneFunctionOptions } from './functions/lane-function';
import { Delivery, type DeliveryOptions } from './websocket-lane/delivery';
import { MessageLog, type MessageLogProps } from './storage/message-log';
import { Output } from './outputs';
import { isProtected, type RetentionOptions, retentionOf } from './storage/retention';
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

/**
 * HTTP and WebSocket, each in a lane of its own, that meet in two tables only: the message log, and {@link Admission}'s. One
 * a stack: its outputs have the names of {@link Output}.
 */
export class TwinLane extends Construct {
  readonly domains: Domains;
  readonly messageLog: MessageLog;
  readonly admission: Admission;
  readonly httpLane: HttpLane;
  readonly webSocketLane: WebSocketLane;
  readonly delivery: Delivery;

  /** Closes the connections of who must leave; undefined where everybody gets in. */
  readonly revocation: Revocation | undefined;

  constructor(scope: Construct, id: string, props: TwinLaneProps) {
    super(scope, id);
    const { allowedOrigins, network } = props;
    const retention = retentionOf(props);

    this.node.addValidation({ validate: () => problems(this) });
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
    this.addOutputs(isProtected(retention));
  }

  private addOutputs(deletionProtection: boolean): void {
    const { domains, messageLog, admission, httpLane, webSocketLane, delivery, revocation } = this;
    const httpScaling = httpLane.compute.scaling;
    // Asked for when the template is written: routes may be added until then.
    const webSocketFunctions = () => [
      ...webSocketLane.functions,
      delivery.dispatch,
      delivery.deliver,
      ...(revocation ? [revocation.revoke] : []),
    ];
    const tokens = admission.authentication?.tokens;
    const { distribution } = webSocketLane;

    const outputs: Record<string, string | undefined> = {
      [Output.API_URL]: httpLane.url,
      [Output.WEBSOCKET_URL]: webSocketLane.url,
      [Output.HOSTED_ZONE_ID]: domains.api.hostedZone.hostedZoneId,
      [Output.API_CERTIFICATE_ARN]: domains.api.certificate.certificateArn,
      [Output.WEBSOCKET_CERTIFICATE_ARN]: (distribution?.certificate ?? domains.ws.certificate).certificateArn,
      [Output.LOAD_BALANCER_ARN]: httpLane.loadBalancer.loadBalancerArn,
      [Output.WEB_ACL_ARN]: httpLane.webAcl?.webAclArn,
      [Output.LISTENER_ARN]: httpLane.listener.listenerArn,
      [Output.TARGET_GROUP_ARN]: httpLane.compute.targetGroup.targetGroupArn,
      [Output.HTTP_SCALABLE_TARGET]: httpScaling?.resourceId,
      [Output.HTTP_CAPACITY]: httpScaling && `${httpScaling.minCapacity}-${httpScaling.maxCapacity}`,
      [Output.WEBSOCKET_API_ID]: webSocketLane.api.apiId,
      [Output.WEBSOCKET_STAGE]: webSocketLane.stage.stageName,
      [Output.WEBSOCKET_RATE_LIMIT]: `${webSocketLane.throttle.rateLimit}`,
      [Output.WEBSOCKET_BURST_LIMIT]: `${webSocketLane.throttle.burstLimit}`,
      [Output.MANAGEMENT_ENDPOINT]: webSocketLane.managementEndpoint,
      [Output.MANAGEMENT_CERTIFICATE_ARN]: (distribution?.origin ?? domains.ws).certificate.certificateArn,
      [Output.DISTRIBUTION_DOMAIN_NAME]: distribution?.distribution.distributionDomainName,
      [Output.WEBSOCKET_SCALABLE_TARGETS]: listed(() =>
        webSocketFunctions().flatMap(({ scaling }) =>
          scaling ? [`${scaling.resourceId}=${scaling.minCapacity}-${scaling.maxCapacity}`] : [],
        ),
      ),
      [Output.FUNCTIONS]: listed(() =>
        [...httpLane.compute.functions, ...webSocketFunctions()].map(
          (fn) => `${fn.function.functionName}=${fn.reservedConcurrency ?? ''}`,
        ),
      ),
      [Output.TOKEN_ISSUER]: tokens?.issuer,
      [Output.TOKEN_AUDIENCE]: tokens?.audience,
      [Output.TOKEN_KEYS_URL]: tokens?.keysUrl,
      [Output.MESSAGE_LOG_TABLE]: messageLog.table.tableName,
      [Output.CONNECTION_TABLE]: webSocketLane.connectionTable.table.tableName,
      [Output.ADMISSION_TABLE]: admission.table?.tableName,
      [Output.DELETION_PROTECTION]: `${deletionProtection}`,
    };
    for (const [name, value] of Object.entries(outputs)) {
      if (value !== undefined) {
        // The names are read by `npm run verify` and by operators: no prefix, no hash.
        new CfnOutput(this, name, { value }).overrideLogicalId(name);
      }
    }
  }
}

function problems(twinLane: TwinLane): string[] {
  const [first] = Stack.of(twinLane)
    .node.findAll()
    .filter((child) => child instanceof TwinLane);
  return twinLane !== first
    ? [`a stack must have one TwinLane at most, got another at ${first?.node.path}: give it a stack of its own`]
    : [];
}

/** An output cannot be left out once it is made, so an empty list has a word of its own. */
function listed(values: () => readonly string[]): string {
  return Lazy.string({ produce: () => values().join(',') || 'none' });
}
