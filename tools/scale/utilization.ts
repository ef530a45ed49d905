import { admissionWrites } from './admission-table';
import { appending } from './appending';
import { enqueueSeconds } from './broadcast';
import { clientRequestsPerSecond, renewalsPerSecond } from './clients';
import { connectionWrites, subscriptionReads } from './connection-table';
import { Cost, Quota, Servers } from './facts';
import { postingFunctions } from './functions';
import type { Load } from './load';
import { logReads, logWrites } from './log-table';
import { postsOf } from './recipients';
import { tasksOf, vcpusOf } from './tasks';

/** Steady use of a limit. */
export interface Utilization {
  readonly limit: string;
  /** Used share; 1 is the limit. A load with more than 1 cannot be sustained. */
  readonly share: number;
  /** Description of the limit. */
  readonly of: string;
  /** True if messages beyond the limit are only slower. */
  readonly onlySlower?: boolean;
}

/** @returns true for a load that cannot be sustained. Beyond some limits, messages are only slower. */
export function isExceeded({ share, onlySlower }: Utilization): boolean {
  return share > 1 && !onlySlower;
}

/** Utilization of each limit by a load. */
export function utilizationOf(load: Load): Utilization[] {
  return [
    ...(load.entry === 'apiGateway' ? ofApiGateway(load) : ofTasks(load)),
    ...ofFunctions(load),
    ...ofLog(load),
    ...ofTables(load),
  ];
}

function ofApiGateway(load: Load): Utilization[] {
  const { requestsPerSecond, connectsPerSecond } = load;
  const { hintPosts, batchPosts } = postsOf(load);
  return [
    {
      limit: 'API Gateway requests',
      share: (hintPosts + batchPosts + clientRequestsPerSecond(load)) / requestsPerSecond,
      of: `${requestsPerSecond} a second: posts and requests of clients`,
    },
    {
      limit: 'API Gateway connects',
      share: renewalsPerSecond(load) / connectsPerSecond,
      of: `${connectsPerSecond} a second: clients that renew their connection`,
    },
  ];
}

/** The connections and the CPU of tasks are no limits here, because the number of tasks follows them. */
function ofTasks(load: Load): Utilization[] {
  const tasks = tasksOf(load);
  return [
    {
      limit: 'task memory',
      share: (load.connections * Servers.socketBytes.value) / (tasks * load.taskMemory * 1024 ** 2),
      of: `${load.taskMemory} MiB of each task: its sockets, without the process itself`,
    },
    {
      limit: 'Fargate vCPUs',
      share: (tasks * vcpusOf(load)) / load.fargateVcpus,
      of: `${load.fargateVcpus} vCPUs of the account; the HTTP lane uses some, too`,
    },
    {
      limit: 'targets',
      share: tasks / Quota.targets.value,
      of: `${Quota.targets.value} targets of a load balancer until AWS raises the quota: tasks`,
    },
  ];
}

function ofFunctions(load: Load): Utilization[] {
  const { concurrency } = load;
  const { push, deliver } = postingFunctions(load);
  return [
    {
      limit: 'push functions',
      share: push.seconds / Cost.mostPushes.value,
      of: `${Cost.mostPushes.value} concurrent functions; beyond them, messages are pushed from the stream`,
      onlySlower: true,
    },
    {
      limit: 'deliver functions',
      share: deliver.seconds / concurrency,
      of: `${concurrency} concurrent functions`,
    },
    ...(load.entry === 'apiGateway'
      ? [
          {
            limit: 'client functions',
            share: (clientRequestsPerSecond(load) * Cost.answerSeconds.value) / Quota.functionsOfAccount.value,
            of: `the account's ${Quota.functionsOfAccount.value} concurrent executions: requests of clients`,
          },
        ]
      : []),
    {
      limit: 'enqueueing time',
      share: enqueueSeconds(load) / Cost.enqueueTimeout.value,
      of: `${Cost.enqueueTimeout.value} s for the shards of one topic`,
    },
  ];
}

function ofLog(load: Load): Utilization[] {
  const { rate, tableWritesPerSecond } = load;
  const { atMost, partitionWrites } = appending(load);
  return [
    {
      limit: 'appends to a topic',
      share: rate / atMost,
      of: `${Math.floor(atMost)} messages a second of one process: groups of at most ${Cost.groupMessages.value}, one after another`,
    },
    {
      limit: 'writes to a topic',
      share: partitionWrites / Quota.partitionWrites.value,
      of: `${Quota.partitionWrites.value} write units a second of a partition`,
    },
    {
      limit: 'log writes',
      share: logWrites(load) / tableWritesPerSecond,
      of: `${tableWritesPerSecond} write units a second of a table: heads, messages, ids and marks`,
    },
    {
      limit: 'log reads',
      share: logReads(load) / Quota.tableReads.value,
      of: `${Quota.tableReads.value} read units a second of a table: heads, and hinted messages with their marks`,
    },
  ];
}

function ofTables(load: Load): Utilization[] {
  const { tableWritesPerSecond, entry } = load;
  const writers =
    entry === 'apiGateway'
      ? 'frames, and clients that renew their connection'
      : 'leases and subscriptions of tasks, and clients that renew their connection';
  return [
    {
      limit: 'subscription reads',
      share: subscriptionReads(load) / Quota.tableReads.value,
      of: `${Quota.tableReads.value} read units a second of a table`,
    },
    {
      limit: 'connection writes',
      share: connectionWrites(load) / tableWritesPerSecond,
      of: `${tableWritesPerSecond} write units a second of a table: ${writers}`,
    },
    {
      limit: 'admission writes',
      share: admissionWrites(load) / tableWritesPerSecond,
      of: `${tableWritesPerSecond} write units a second of a table: tickets and publishes`,
    },
  ];
}
