import { appending } from './appending';
import { enqueueSeconds } from './broadcast';
import { clientRequestsPerSecond, renewalsPerSecond } from './clients';
import { Cost, Quota } from './facts';
import type { Load } from './load';
import { posting, postsPerSecondOf, secondsOfPosts } from './posting';
import { entriesOf, shardsFor } from './shards';

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
  return [...ofGateway(load), ...ofFunctions(load), ...ofLog(load), ...ofTables(load)];
}

function ofGateway(load: Load): Utilization[] {
  const { requestsPerSecond, connectsPerSecond } = load;
  const { hintPosts, batchPosts } = posting(load);
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

function ofFunctions(load: Load): Utilization[] {
  const { connections, topics, concurrency, deliverMemory, pushMemory, postCpu } = load;
  const { hints, batches, bytesOfBatch, hintPosts, batchPosts } = posting(load);
  const inline = shardsFor(connections / topics) === 1;
  const entries = entriesOf(connections / topics);
  const entriesPerSecond =
    topics * (batches * entries * Math.ceil(bytesOfBatch / Cost.entryBytes.value) + (inline ? 0 : hints * entries));
  const posts = batchPosts + (inline ? 0 : hintPosts);
  const pushSeconds =
    2 * Cost.readSeconds.value +
    Cost.writeSeconds.value +
    (inline
      ? Cost.readSeconds.value + secondsOfPosts(connections / topics, { memory: pushMemory, postCpu })
      : Cost.sendSeconds.value);
  return [
    {
      limit: 'push functions',
      share: (topics * hints * pushSeconds) / Cost.mostPushes.value,
      of: `${Cost.mostPushes.value} concurrent functions; beyond them, messages are pushed from the stream`,
      onlySlower: true,
    },
    {
      limit: 'deliver functions',
      share:
        (posts / postsPerSecondOf({ memory: deliverMemory, postCpu }) +
          (entriesPerSecond / Cost.queueBatch.value) * (Cost.readSeconds.value + Cost.postSeconds.value)) /
        concurrency,
      of: `${concurrency} concurrent functions`,
    },
    {
      limit: 'client functions',
      share: (clientRequestsPerSecond(load) * Cost.answerSeconds.value) / Quota.functionsOfAccount.value,
      of: `the account's ${Quota.functionsOfAccount.value} concurrent executions: requests of clients`,
    },
    {
      limit: 'enqueueing time',
      share: enqueueSeconds(load) / Cost.enqueueTimeout.value,
      of: `${Cost.enqueueTimeout.value} s for the shards of one topic`,
    },
  ];
}

function ofLog(load: Load): Utilization[] {
  const { topics, rate, bytes, tableWritesPerSecond } = load;
  const { atMost, group, partitionWrites, tableWrites } = appending(load);
  const { hints } = posting(load);
  const unitsOfMessage = Math.ceil(bytes / 4096);
  // Each group reads the head. Each hint reads its message and its mark, and dispatch reads the mark.
  const reads = topics * (rate / group + hints * (unitsOfMessage + 2));
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
      share: (topics * (tableWrites + hints)) / tableWritesPerSecond,
      of: `${tableWritesPerSecond} write units a second of a table: heads, messages, ids and marks`,
    },
    {
      limit: 'log reads',
      share: reads / Quota.tableReads.value,
      of: `${Quota.tableReads.value} read units a second of a table: heads, and hinted messages with their marks`,
    },
  ];
}

function ofTables(load: Load): Utilization[] {
  const { connections, topics, rate, tableWritesPerSecond } = load;
  const { hints, batches } = posting(load);
  const renewals = renewalsPerSecond(load);
  // Every request of a client except the handshake is a frame.
  const frames = clientRequestsPerSecond(load) - renewals;
  return [
    {
      limit: 'subscription reads',
      share: (connections * (hints + batches) * Cost.rowBytes.value) / 4096 / Quota.tableReads.value,
      of: `${Quota.tableReads.value} read units a second of a table`,
    },
    {
      limit: 'connection writes',
      share:
        (frames * Cost.frameWrites.value + renewals * (Cost.connectWrites.value + Cost.disconnectWrites.value)) /
        tableWritesPerSecond,
      of: `${tableWritesPerSecond} write units a second of a table: frames, and clients that renew their connection`,
    },
    {
      limit: 'admission writes',
      share: (renewals * Cost.ticketWrites.value + topics * rate * Cost.publishWrites.value) / tableWritesPerSecond,
      of: `${tableWritesPerSecond} write units a second of a table: tickets and publishes`,
    },
  ];
}
