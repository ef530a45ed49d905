import { type Broadcast, broadcast } from './broadcast';
import { clientRequestsPerSecond } from './clients';
import { connectsPerSecondAtMost } from './connects';
import { type EntryCost, entryCost } from './entry-cost';
import type { Load } from './load';
import { posting } from './posting';
import { postsOf, recipientsOf } from './recipients';
import { cpuOfTasks, lcusOf, tasksOf, vcpusOf } from './tasks';
import { type Utilization, utilizationOf } from './utilization';

/** Result of an estimate. Times are in seconds. */
export interface Estimate {
  readonly load: Load;
  /** A message after a pause of its topic, by the short way. */
  readonly broadcast: Broadcast;
  /** Another message, from the stream. The batching window is added. */
  readonly broadcastFromStream: Broadcast;
  /** Share of the messages that follow a pause of their topic. */
  readonly afterPause: number;
  /** Posts to connections each second, or with servers to tasks. */
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
  /** Shortest batching window, in whole seconds, with which API Gateway accepts all posts; absent if 300 s are too short, and with servers. */
  readonly shortestBatchingWindow?: number;
  /** Tasks of the servers. Absent with an API Gateway API. */
  readonly tasks?: Tasks;
  /** Cost of the entry for a month of 730 hours, in USD. */
  readonly cost: EntryCost;
}

/** Tasks of the servers, in steady use. */
export interface Tasks {
  /** Number of tasks. */
  readonly count: number;
  /** Share of the tasks' maximum connections that is used. */
  readonly connections: number;
  /** Share of their CPU that is used. */
  readonly cpu: number;
  /** LCUs of the load balancer. */
  readonly lcus: number;
}

/** Lambda's maximum for the batching window of an event source, in seconds. */
const LONGEST_BATCHING_WINDOW = 300;

/** Estimates what a load uses of each limit. Arithmetic on the numbers of facts.ts: nothing waits, fails or varies. */
export function estimate(load: Load): Estimate {
  const postsPerSecond = allPostsOf(load);
  const messages = load.topics * recipientsOf(load).count * load.rate;
  const utilization = utilizationOf(load);
  const highest = utilization.reduce((one, other) => (other.share > one.share ? other : one));
  const shortestBatchingWindow = shortestWindow(load);
  const fromStream = broadcast(load, 'long');
  return {
    load,
    broadcast: broadcast(load, 'short'),
    broadcastFromStream: {
      ...fromStream,
      half: fromStream.half + load.maxBatchingWindow,
      all: fromStream.all + load.maxBatchingWindow,
    },
    afterPause: load.rate > 0 ? posting(load).hints / load.rate : 1,
    postsPerSecond,
    postsSaved: messages > 0 ? 1 - postsPerSecond / messages : 0,
    clientRequestsPerSecond: clientRequestsPerSecond(load),
    reconnectSeconds: load.connections / connectsPerSecondAtMost(load),
    utilization,
    saturatesFirst: highest.limit,
    ...(shortestBatchingWindow !== undefined && { shortestBatchingWindow }),
    ...(load.entry === 'servers' && { tasks: tasksIn(load) }),
    cost: entryCost(load),
  };
}

function tasksIn(load: Load): Tasks {
  const count = tasksOf(load);
  return {
    count,
    connections: load.connections / (count * load.connectionsPerTask),
    cpu: cpuOfTasks(load, count) / (count * vcpusOf(load)),
    lcus: lcusOf(load),
  };
}

function allPostsOf(load: Load): number {
  const { hintPosts, batchPosts } = postsOf(load);
  return hintPosts + batchPosts;
}

function shortestWindow(load: Load): number | undefined {
  if (load.entry === 'servers') {
    return undefined;
  }
  const left = load.requestsPerSecond - clientRequestsPerSecond(load);
  for (let window = 0; window <= LONGEST_BATCHING_WINDOW; window++) {
    if (allPostsOf({ ...load, maxBatchingWindow: window }) <= left) {
      return window;
    }
  }
  return undefined;
}
