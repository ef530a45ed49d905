import { Cost, Quota } from './facts';
import type { Load } from './load';

/** Steady use of a limit. */
export interface Utilization {
  readonly limit: string;
  /** Used share; 1 is the limit. A load with more than 1 cannot be sustained. */
  readonly share: number;
  /** Description of the limit. */
  readonly of: string;
}

/** Time in which one message reaches connections of its topic, in an idle system. */
interface Broadcast {
  /** Seconds from the publish request to the delivery to half of the connections. Infinity if clients alone use up the quota. */
  readonly half: number;
  /** The same, to all connections. */
  readonly all: number;
  /** Limit that determines the time. */
  readonly limit: string;
}

/** Result of an estimate. Times are in seconds. */
export interface Estimate {
  readonly load: Load;
  readonly broadcast: Broadcast;
  /** Posts to connections each second. */
  readonly postsPerSecond: number;
  /** Share of the posts that is saved because a post carries all messages of a batch. */
  readonly postsSaved: number;
  /** Requests a second of clients, for pings and for new connections before the old ones are cut. */
  readonly clientRequestsPerSecond: number;
  /** Time until all clients are connected again, if all connections break at the same time. */
  readonly reconnectSeconds: number;
  readonly utilization: readonly Utilization[];
  /** Limit with the highest utilization, which is exceeded first if all loads grow proportionally. */
  readonly saturatesFirst: string;
  /** Shortest batching window, in whole seconds, with which API Gateway accepts all posts; absent if 300 s are too short. */
  readonly shortestBatchingWindow?: number;
}

/** Lambda's maximum for the batching window of an event source, in seconds. */
const LONGEST_BATCHING_WINDOW = 300;

/** Estimates what a load uses of each limit. Arithmetic on {@link Quota} and {@link Cost}: nothing waits, fails or varies. */
export function estimate(load: Load): Estimate {
  const { postsPerSecond } = posting(load);
  const messages = load.connections * load.rate;
  const utilization = utilizationOf(load);
  const highest = utilization.reduce((one, other) => (other.share > one.share ? other : one));
  const shortestBatchingWindow = shortestWindow(load);
  return {
    load,
    broadcast: broadcast(load),
    postsPerSecond,
    postsSaved: messages > 0 ? 1 - postsPerSecond / messages : 0,
    clientRequestsPerSecond: clientRequestsPerSecond(load),
    reconnectSeconds: load.connections / connectsPerSecondAtMost(load),
    utilization,
    saturatesFirst: highest.limit,
    ...(shortestBatchingWindow !== undefined && { shortestBatchingWindow }),
  };
}

/**
 * Batches of a topic each second, and the posts that they cause. Without a window a batch has the messages between two polls of the
 * stream, which arrive at random. With a window it begins at its first message.
 */
function posting({ connections, rate, bytes, maxBatchingWindow }: Load) {
  const polls = Quota.streamPollsPerSecond.value;
  const batched =
    maxBatchingWindow > 0 && rate > 0 ? 1 / (maxBatchingWindow + 1 / rate) : polls * (1 - Math.exp(-rate / polls));
  const batches = Math.max(batched, rate / Cost.streamBatch.value);
  const bytesOfBatch = batches > 0 ? (rate / batches) * bytes : 0;
  const frames = Math.ceil(bytesOfBatch / Quota.frameBytes.value);
  return { batches, bytesOfBatch, postsPerSecond: connections * batches * frames };
}

function utilizationOf(load: Load): Utilization[] {
  const { connections, topics, rate, requestsPerSecond, connectsPerSecond, tableWritesPerSecond, concurrency } = load;
  const { batches, bytesOfBatch, postsPerSecond } = posting(load);
  const renewals = renewalsPerSecond(load);
  const clientRequests = clientRequestsPerSecond(load);
  // Every request of a client except the handshake is a frame.
  const frames = clientRequests - renewals;
  const entries = topics * batches * entriesOf(connections / topics) * Math.ceil(bytesOfBatch / Cost.entryBytes.value);
  const invocations = entries / Quota.queueBatch.value;
  return [
    {
      limit: 'API Gateway requests',
      share: (postsPerSecond + clientRequests) / requestsPerSecond,
      of: `${requestsPerSecond} a second: posts and requests of clients`,
    },
    {
      limit: 'API Gateway connects',
      share: renewals / connectsPerSecond,
      of: `${connectsPerSecond} a second: clients that renew their connection`,
    },
    {
      limit: 'deliver functions',
      share:
        (postsPerSecond / postsPerSecondOfOneFunction() +
          invocations * (Cost.shardSeconds.value + Cost.postSeconds.value)) /
        concurrency,
      of: `${concurrency} concurrent functions`,
    },
    {
      limit: 'client functions',
      share: (clientRequests * Cost.answerSeconds.value) / Quota.functionsOfAccount.value,
      of: `the account's ${Quota.functionsOfAccount.value} concurrent executions: requests of clients`,
    },
    {
      limit: 'appends to a topic',
      share: rate * Cost.appendSeconds.value,
      of: 'the time: they run one after another',
    },
    {
      limit: 'writes to a topic',
      share: (rate * writeUnitsOf(load)) / Quota.partitionWrites.value,
      of: `${Quota.partitionWrites.value} write units a second of a partition`,
    },
    {
      limit: 'subscription reads',
      share: (connections * batches * Cost.rowBytes.value) / 4096 / Quota.tableReads.value,
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
    {
      limit: 'enqueueing time',
      share: enqueueSeconds(load) / Cost.enqueueTimeout.value,
      of: `${Cost.enqueueTimeout.value} s for the shards of one topic`,
    },
  ];
}

/** One message to the connections of a topic: a fixed time, then the slower of API Gateway's quota and the deliver functions. */
function broadcast(load: Load): Broadcast {
  const connections = load.connections / load.topics;
  const functions = Math.min(load.concurrency, Math.ceil(entriesOf(connections) / Quota.queueBatch.value));
  const before =
    Cost.rateLimitSeconds.value +
    Cost.appendSeconds.value +
    Cost.streamSeconds.value +
    0.5 / Quota.streamPollsPerSecond.value +
    load.maxBatchingWindow +
    Cost.queueSeconds.value +
    expansionSeconds(connections) +
    Cost.coldSeconds.value +
    Cost.shardSeconds.value +
    Cost.postSeconds.value;
  const reached = (count: number) => {
    const byQuota = secondsByQuota(load, count);
    const byFunctions = enqueueSeconds(load) * (count / connections) + secondsByFunctions(count, functions);
    return {
      seconds: before + Math.max(byQuota, byFunctions),
      limit: byQuota > byFunctions ? 'API Gateway requests' : 'deliver functions',
    };
  };
  const all = reached(connections);
  return { half: reached(connections / 2).seconds, all: all.seconds, limit: all.limit };
}

/** Seconds in which API Gateway accepts posts, at the quota that clients leave and a full token bucket. */
function secondsByQuota(load: Load, posts: number): number {
  const left = load.requestsPerSecond - clientRequestsPerSecond(load);
  const afterBurst = posts - burstOf(load);
  if (afterBurst <= 0) {
    return 0;
  }
  return left > 0 ? afterBurst / left : Number.POSITIVE_INFINITY;
}

/** Seconds in which deliver functions make posts. Lambda starts some at first, and adds more each second up to `most`. */
function secondsByFunctions(posts: number, most: number): number {
  const work = posts / postsPerSecondOfOneFunction();
  const first = Math.min(Quota.firstFunctions.value, most);
  const added = Quota.functionsPerSecond.value;
  const growing = (most - first) / added;
  const workWhileGrowing = first * growing + (added * growing ** 2) / 2;
  return work <= workWhileGrowing
    ? (Math.sqrt(first ** 2 + 2 * added * work) - first) / added
    : growing + (work - workWhileGrowing) / most;
}

/**
 * Additional seconds for a topic with so many shards that deliver enqueues them, or ranges of them and then the shards: in
 * the queue, and in a new environment.
 */
function expansionSeconds(connections: number): number {
  const shards = shardsFor(connections);
  const times = shards > Cost.rangeShards.value ? 2 : shards > Cost.directEntries.value ? 1 : 0;
  return times * (Cost.queueSeconds.value + Cost.coldSeconds.value);
}

/** Seconds in which dispatch, or deliver for a large topic, sends the queue entries of one message, 100 at once. */
function enqueueSeconds({ connections, topics }: Load): number {
  const ranges = Math.ceil(shardsFor(connections / topics) / Cost.rangeShards.value);
  // Functions that receive ranges work concurrently, each on one batch of them.
  const times = ranges > 1 ? Math.ceil(ranges / Cost.rangeShards.value) + Math.min(ranges, Quota.queueBatch.value) : 1;
  return Cost.planSeconds.value + times * Cost.sendSeconds.value;
}

/** Number of queue entries for the connections of a topic. A shard that is too full is read in parts, each an entry. */
function entriesOf(connections: number): number {
  return Math.max(shardsFor(connections), Math.ceil(connections / Cost.fullShard.value));
}

/**
 * @returns the number of shards of a topic. It grows while a shard is too full. The fullest shard is about three standard
 * deviations above the mean
 */
function shardsFor(connections: number): number {
  let shards = 1;
  const fullest = () => connections / shards + (shards > 1 ? 3 * Math.sqrt(connections / shards) : 0);
  while (fullest() > Cost.fullShard.value && shards < Cost.maxShards.value) {
    shards *= Cost.shardGrowth.value;
  }
  return shards;
}

/** Posts a second, limited by its sockets or by its share of a CPU for signing and sending. */
function postsPerSecondOfOneFunction(): number {
  const sockets = Cost.concurrentPosts.value / Cost.postSeconds.value;
  const cpu = Cost.functionMemory.value / Quota.memoryOfOneCpu.value / Cost.postCpu.value;
  return Math.min(sockets, cpu);
}

function clientRequestsPerSecond(load: Load): number {
  const pings = load.pingInterval > 0 ? load.connections / load.pingInterval : 0;
  return pings + renewalsPerSecond(load) * Cost.requestsPerConnect.value;
}

/** Number of connections that clients renew each second because of their age. */
function renewalsPerSecond({ connections }: Load): number {
  return connections / Cost.connectionSeconds.value;
}

/** Maximum new connections a second: API Gateway's quota, or the number that the connection table can write. */
function connectsPerSecondAtMost({ connectsPerSecond, tableWritesPerSecond }: Load): number {
  return Math.min(connectsPerSecond, tableWritesPerSecond / (Cost.connectWrites.value + Cost.frameWrites.value));
}

/** Capacity of API Gateway's token bucket, in requests. AWS sets it in proportion to the rate. */
function burstOf({ requestsPerSecond }: Load): number {
  return (Quota.requestBurst.value / Quota.requestsPerSecond.value) * requestsPerSecond;
}

/** Write units of one append. A transaction writes the head, the id and the message, at two units for each KiB. */
function writeUnitsOf({ bytes }: Load): number {
  return 2 * (1 + 1 + Math.ceil(bytes / 1024));
}

function shortestWindow(load: Load): number | undefined {
  const left = load.requestsPerSecond - clientRequestsPerSecond(load);
  for (let window = 0; window <= LONGEST_BATCHING_WINDOW; window++) {
    if (posting({ ...load, maxBatchingWindow: window }).postsPerSecond <= left) {
      return window;
    }
  }
  return undefined;
}
