import type { ApiGateway } from './api-gateway';
import type { Delivery } from './delivery';
import type { Dispatch } from './dispatch';
import { Cost, Quota } from './facts';
import type { Publishing } from './publishing';
import type { Scenario } from './scenario';

/** Utilization of a limit. */
export interface Utilization {
  readonly limit: string;
  /** Used share; 1 is the limit. With more than 1, the load cannot be sustained. */
  readonly share: number;
  /** Description of the limit. */
  readonly of: string;
}

/** State at the end of a run. */
export interface Run {
  readonly scenario: Scenario;
  /** Duration from the first publish to the last delivery. */
  readonly seconds: number;
  /** Requests a second of the clients. */
  readonly clientRequests: number;
  readonly apiGateway: ApiGateway;
  readonly delivery: Delivery;
  readonly dispatch: Dispatch;
  readonly publishing: Publishing;
}

/** @returns for every limit the work done divided by the work that the limit allows during the run. Waiting is not work */
export function utilizationOf(run: Run): Utilization[] {
  const { scenario, seconds, clientRequests, apiGateway, delivery, dispatch, publishing } = run;
  const requests = clientRequests * seconds + apiGateway.posts;
  const renewals = rotationPerSecond(scenario);
  // Every request of a client except the handshake is a frame.
  const frames = clientRequests - renewals;
  const publishes = Math.max(scenario.duration, publishing.most * Cost.appendSeconds.value);
  return [
    {
      limit: 'API Gateway requests',
      share: requests / (scenario.requestsPerSecond * seconds + burstOf(scenario)),
      of: `${scenario.requestsPerSecond} a second and a burst of ${burstOf(scenario)}: posts and requests of clients`,
    },
    {
      limit: 'API Gateway connects',
      share: rotationPerSecond(scenario) / scenario.connectsPerSecond,
      of: `${scenario.connectsPerSecond} a second: clients that renew their connection`,
    },
    {
      limit: 'deliver functions',
      share: delivery.allowedSum > 0 ? delivery.work / delivery.allowedSum : 0,
      of: `the allowed functions: ${Quota.firstFunctions.value} at first, ${Quota.functionsPerSecond.value} more each second, at most ${scenario.concurrency}`,
    },
    {
      limit: 'client functions',
      share: (clientRequests * Cost.answerSeconds.value) / Quota.functionsOfAccount.value,
      of: `the account's ${Quota.functionsOfAccount.value} concurrent executions: requests of clients`,
    },
    {
      limit: 'appends to a topic',
      share: (publishing.most * Cost.appendSeconds.value) / publishes,
      of: 'the time: they run one after another',
    },
    {
      limit: 'writes to a topic',
      share: (publishing.most * publishing.writeUnits) / Quota.partitionWrites.value / publishes,
      of: `${Quota.partitionWrites.value} write units a second of a partition`,
    },
    {
      limit: 'subscription reads',
      share: (delivery.rows * Cost.rowBytes.value) / 4096 / Quota.tableReads.value / seconds,
      of: `${Quota.tableReads.value} read units a second of a table`,
    },
    {
      limit: 'connection writes',
      share:
        (frames * Cost.frameWrites.value + renewals * (Cost.connectWrites.value + Cost.disconnectWrites.value)) /
        scenario.tableWritesPerSecond,
      of: `${scenario.tableWritesPerSecond} write units a second of a table: frames, and clients that renew their connection`,
    },
    {
      limit: 'admission writes',
      share:
        (renewals * Cost.ticketWrites.value + (publishing.published * Cost.publishWrites.value) / scenario.duration) /
        scenario.tableWritesPerSecond,
      of: `${scenario.tableWritesPerSecond} write units a second of a table: tickets and publishes`,
    },
    {
      limit: 'dispatch time',
      share: dispatch.longest / Cost.dispatchTimeout.value,
      of: `${Cost.dispatchTimeout.value} s for the longest invocation`,
    },
  ];
}

/** Capacity of API Gateway's token bucket, in requests. AWS sets it in proportion to the rate. */
export function burstOf({ requestsPerSecond }: Scenario): number {
  return (Quota.requestBurst.value / Quota.requestsPerSecond.value) * requestsPerSecond;
}

/** Number of connections that clients renew each second because of their age. */
export function rotationPerSecond({ connections }: Scenario): number {
  return connections / Cost.connectionSeconds.value;
}

/** Maximum new connections a second: API Gateway's quota, or the number that the connection table can write. */
export function connectsPerSecondAtMost({ connectsPerSecond, tableWritesPerSecond }: Scenario): number {
  return Math.min(connectsPerSecond, tableWritesPerSecond / (Cost.connectWrites.value + Cost.frameWrites.value));
}

/** @returns the limit with the highest utilization, which is exceeded first if all loads grow proportionally */
export function saturatesFirst(utilization: readonly Utilization[]): Utilization | undefined {
  return [...utilization].sort((one, other) => other.share - one.share)[0];
}
