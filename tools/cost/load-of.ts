import { CommandError } from '../cli';
import { DEFAULTS } from '../scale/load';
import type { CostLoad } from './cost-load';
import type { Stage } from './stage';

/** Part of a load that a user describes. The rest is in the template of the stage. */
export interface UserLoad extends Pick<
  CostLoad,
  'connections' | 'topics' | 'rate' | 'bytes' | 'pingInterval' | 'httpRequestsPerSecond'
> {
  /** @default - one for each connection */
  readonly users?: number;
}

/** A modest load: 1,000 connections that receive one message a minute, and no other requests of the HTTP lane. */
export const USER_DEFAULTS: UserLoad = {
  connections: 1000,
  topics: DEFAULTS.topics,
  rate: DEFAULTS.rate,
  bytes: DEFAULTS.bytes,
  pingInterval: DEFAULTS.pingInterval,
  httpRequestsPerSecond: 0,
};

/**
 * Completes a load with the entry, the gateway and the sizes of a stage.
 *
 * @throws {CommandError} for a stage without a WebSocket lane
 */
export function loadOf(stage: Stage, user: UserLoad): CostLoad {
  const { entry, gateway, servers, functions, concurrency, maxBatchingWindow } = stage;
  if (entry === undefined) {
    throw new CommandError('The stack must have a WebSocket lane, got none. Fix: use a stage with both lanes.');
  }
  return {
    ...DEFAULTS,
    ...user,
    users: user.users ?? user.connections,
    entry,
    gateway,
    maxBatchingWindow,
    concurrency: concurrency ?? DEFAULTS.concurrency,
    connectionsPerTask: servers?.connectionsPerTask ?? DEFAULTS.connectionsPerTask,
    taskCpu: servers?.cpu ?? DEFAULTS.taskCpu,
    taskMemory: servers?.memory ?? DEFAULTS.taskMemory,
    pushMemory: functions.Push?.memory ?? DEFAULTS.pushMemory,
    deliverMemory: functions.Deliver?.memory ?? DEFAULTS.deliverMemory,
  };
}
