import type { ApiGateway } from './api-gateway';
import type { Delivery } from './delivery';
import type { Dispatch } from './dispatch';
import { Cost, Quota } from './facts';
import type { Publishing } from './publishing';
import type { Scenario } from './scenario';

/** How much of a limit is used. */
export interface Utilization {
  readonly limit: string;
  /** 1 is all of it. More than 1: the load cannot be carried. */
  readonly share: number;
  /** What the share is of, in words. */
  readonly of: string;
}

/** A run that has ended. */
export interface Run {
  readonly scenario: Scenario;
  /** From the first publish to the last delivery. */
  readonly seconds: number;
  /** Requests a second of the clients. */
  readonly clientRequests: number;
  readonly apiGateway: ApiGateway;
  readonly delivery: Delivery;
  readonly dispatch: Dispatch;
  readonly publishing: Publishing;
}

/** @returns for every limit the work done ÷ the work that it allows in the time of the run. Waiting is no work. */
export function utilizationOf(run: Run): Utilization[] {
  const { scenario, seconds, clientRequests, apiGateway, delivery, dispatch, publishing } = run;
  const requests = clientRequests * seconds + apiGateway.posts;
  const renewals = rotationPerSecond(scenario);
  // Of what a client sends for a connection all but the handshake is a frame.
  const frames = clientRequests - renewals;
  const publishes = Math.max(scenario.duration, publishing.most * Cost.appendSeconds.value);
  return [
    {
      limit: 'API Gateway requests',
      share: requests / (scenario.requestsPerSecond * seconds + burstOf(scenario)),
      of: `${scenario.requestsPerSecond} a second and a burst of ${burstOf(scenario)}: posts, and what clients send`,
    },
    {
      limit: 'API Gateway connects',
      share: rotationPerSecond(scenario) / scenario.connectsPerSecond,
      of: `${scenario.connectsPerSecond} a second: clients that renew their connection`,
    },
    {
      limit: 'deliver functions',
      share: delivery.allowance > 0 ? delivery.work / delivery.allowance : 0,
      of: `those allowed: ${Quota.firstFunctions.value} at first, ${Quota.functionsPerSecond.value} more each second, at most ${scenario.concurrency}`,
    },
    {
      limit: 'functions for clients',
      share: (clientRequests * Cost.answerSeconds.value) / Quota.functionsOfAccount.value,
      of: `the account's ${Quota.functionsOfAccount.value} at once: answers to what clients send`,
    },
    {
      limit: 'appends to a topic',
      share: (publishing.most * Cost.appendSeconds.value) / publishes,
      of: 'the time: they come one after another',
    },
    {
      limit: 'writes of a topic',
      share: (publishing.most * publishing.writeUnits) / Quota.partitionWrites.value / publishes,
      of: `${Quota.partitionWrites.value} write units a second in a partition`,
    },
    {
      limit: 'reads of subscribers',
      share: (delivery.rows * Cost.rowBytes.value) / 4096 / Quota.tableReads.value / seconds,
      of: `${Quota.tableReads.value} read units a second in a table`,
    },
    {
      limit: 'writes of connections',
      share:
        (frames * Cost.frameWrites.value + renewals * (Cost.enterWrites.value + Cost.leaveWrites.value)) /
        scenario.tableWritesPerSecond,
      of: `${scenario.tableWritesPerSecond} write units a second in a table: frames, and clients that renew their connection`,
    },
    {
      limit: 'writes of admission',
      share:
        (renewals * Cost.ticketWrites.value + (publishing.published * Cost.publishWrites.value) / scenario.duration) /
        scenario.tableWritesPerSecond,
      of: `${scenario.tableWritesPerSecond} write units a second in a table: tickets, and publishes`,
    },
    {
      limit: 'time of dispatch',
      share: dispatch.longest / Cost.dispatchTimeout.value,
      of: `${Cost.dispatchTimeout.value} s for the longest invocation`,
    },
  ];
}

/** Requests that API Gateway's bucket holds: AWS sets it from the rate, so it grows with it. */
export function burstOf({ requestsPerSecond }: Scenario): number {
  return (Quota.requestBurst.value / Quota.requestsPerSecond.value) * requestsPerSecond;
}

/** Connections that end each second because they are old, and are opened again. */
export function rotationPerSecond({ connections }: Scenario): number {
  return connections / Cost.connectionSeconds.value;
}

/** New connections a second, if all come back at once: by API Gateway's quota, or as many as their table can write. */
export function connectsPerSecondAtMost({ connectsPerSecond, tableWritesPerSecond }: Scenario): number {
  return Math.min(connectsPerSecond, tableWritesPerSecond / (Cost.enterWrites.value + Cost.frameWrites.value));
}

/** @returns the limit that ends first as everything grows alike. */
export function saturatesFirst(utilization: readonly Utilization[]): Utilization | undefined {
  return [...utilization].sort((one, other) => other.share - one.share)[0];
}
