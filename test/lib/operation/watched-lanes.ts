import { Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Authentication } from '../../../lib/authentication/authentication';
import { LaneCertificates } from '../../../lib/domains/lane-certificates';
import { Gateway } from '../../../lib/gateway/gateway';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { Canary } from '../../../lib/operation/canary/canary';
import { Operation, type OperationProps } from '../../../lib/operation/operation';
import { MessageLog } from '../../../lib/storage/message-log';
import { Delivery } from '../../../lib/websocket-lane/delivery';
import { Revocation } from '../../../lib/websocket-lane/revocation';
import { LaneRoute } from '../../../lib/websocket-lane/api-gateway/lane-route';
import { ServersLoadBalancer } from '../../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import type { TwinlaneProps } from '../../../lib/twinlane';
import { admission, httpLane, twinlane, webSocketLane, withApi } from '../lanes';
import { exampleDomain } from '../synthesized';

/** Both lanes with an operation, and the service of this repository. */
export function watchedTwinlane(stack: Stack, props: Partial<TwinlaneProps> = {}) {
  return twinlane(stack, { operation: {}, ...props, http: { compute: HttpCompute.fargate(), ...props.http } });
}

/** A WebSocket lane that stands alone, as in the guide. */
export function watchedWebSocketLane(stack: Stack, operation: Partial<OperationProps> = {}) {
  const messageLog = new MessageLog(stack, 'MessageLog');
  const admitted = admission(stack);
  const lane = webSocketLane(stack, { messageLog, admission: admitted });
  const delivery = new Delivery(stack, 'Delivery', { messageLog, webSocketLane: lane });
  const revocation =
    admitted.table && new Revocation(stack, 'Revocation', { table: admitted.table, webSocketLane: lane });
  return new Operation(stack, 'Operation', {
    ...{ webSocketLane: lane, messageLog, delivery, admission: admitted, ...(revocation && { revocation }) },
    ...operation,
  });
}

/** An HTTP lane that stands alone, with the log of another stack. */
function watchedHttpLane(stack: Stack, operation: Partial<OperationProps> = {}) {
  const messageLog = MessageLog.fromMessageLogAttributes(stack, 'MessageLog', {
    tableArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/Messages',
  });
  const domain = exampleDomain(stack, 'api.example.com');
  const lane = httpLane(stack, { messageLog, domain, compute: HttpCompute.lambda() });
  return new Operation(stack, 'Operation', {
    ...{ httpLane: lane, messageLog, certificates: { http: domain.certificate } },
    ...operation,
  });
}

const servers = (loadBalancer: ServersLoadBalancer) => ({
  webSocket: { entry: WebSocketEntry.servers({ loadBalancer }) },
  http: { idleTimeout: Duration.minutes(10) },
});

const withCanary = (canary: Canary) => ({ authentication: Authentication.cognito(), operation: { canary } });

const routes = Object.fromEntries(
  Array.from({ length: 9 }, (_, index) => [
    `route${index}`,
    LaneRoute.bundled({ entry: 'lambda/disconnect.handler.ts' }),
  ]),
);

/** Arrangements of lanes, by name. */
export const ARRANGEMENTS = {
  'an API and containers': (stack: Stack) => watchedTwinlane(stack),
  'a function with reserved concurrency': (stack: Stack) =>
    watchedTwinlane(stack, { http: { compute: HttpCompute.lambda() } }),
  'servers with a load balancer': (stack: Stack) => watchedTwinlane(stack, servers(ServersLoadBalancer.own())),
  'servers at the load balancer of the HTTP lane': (stack: Stack) =>
    watchedTwinlane(stack, servers(ServersLoadBalancer.shared())),
  'servers of another image': (stack: Stack) =>
    watchedTwinlane(stack, {
      webSocket: { entry: WebSocketEntry.servers({ image: ContainerImage.fromRegistry('example/socket') }) },
    }),
  'a service of another image': (stack: Stack) =>
    watchedTwinlane(stack, {
      http: { compute: HttpCompute.fargate({ image: ContainerImage.fromRegistry('example/service') }) },
    }),
  'more functions than the metrics of an alarm': (stack: Stack) =>
    watchedTwinlane(stack, { webSocket: withApi({ routes }) }),
  'no authentication': (stack: Stack) => watchedTwinlane(stack, { authentication: Authentication.none() }),
  'a certificate for each lane': (stack: Stack) => watchedTwinlane(stack, { certificates: LaneCertificates.perLane() }),
  'a gateway': (stack: Stack) =>
    watchedTwinlane(stack, { gateway: Gateway.cloudFront({ hostName: 'app.example.com' }) }),
  'one load balancer as the gateway': (stack: Stack) =>
    watchedTwinlane(stack, {
      ...servers(ServersLoadBalancer.shared()),
      gateway: Gateway.loadBalancer(),
      webSocketHostName: 'api.example.com',
    }),
  'a canary': (stack: Stack) => watchedTwinlane(stack, withCanary(Canary.scheduled())),
  'a canary of CloudWatch Synthetics': (stack: Stack) => watchedTwinlane(stack, withCanary(Canary.synthetics())),
  'alarms of the account': (stack: Stack) => watchedTwinlane(stack, { operation: { accountAlarms: true } }),
  'a WebSocket lane that stands alone': (stack: Stack) => watchedWebSocketLane(stack),
  'an HTTP lane that stands alone, with an imported log': (stack: Stack) =>
    watchedHttpLane(stack, { accountAlarms: true }),
};

/** An alarm of a template. */
export interface TemplateAlarm {
  readonly AlarmName: string;
  readonly AlarmDescription: unknown;
  readonly MetricName?: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: number;
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Period: number; readonly Stat: string };
  }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
  readonly AlarmActions?: unknown;
  readonly OKActions?: unknown;
  readonly InsufficientDataActions?: unknown;
}

/** @returns the alarms of a stack that are on metrics, except those of target tracking, which the template does not contain */
export function alarmsOf(stack: Stack): TemplateAlarm[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => Properties,
  );
}

/** @returns the id of an alarm, which follows the ids of its scope */
export function idOf({ AlarmName }: TemplateAlarm): string {
  return AlarmName.replace(/^Test(-TwinLane)?-/, '');
}
