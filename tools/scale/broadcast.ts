import { clientRequestsPerSecond } from './clients';
import { Cost, Quota } from './facts';
import type { Load } from './load';
import { type Poster, postsPerSecondOf, secondsOfNewSockets, secondsOfPosts } from './posting';
import { recipientsOf } from './recipients';
import { entriesOf, shardsFor } from './shards';
import { functionsInSequence, stepsBeforePosts, type Way } from './steps';
import { sendCpuOf, vcpusOf } from './tasks';

/** Time in which one message reaches connections of its topic, in an idle system. */
export interface Broadcast {
  /** Seconds from the publish request to the delivery to half of the connections. Infinity if clients alone use up the quota. */
  readonly half: number;
  /** The same, to all connections. */
  readonly all: number;
  /** Limit that determines the time. */
  readonly limit: string;
}

/**
 * One message to the connections of a topic: its steps, then the slower of API Gateway's quota and the functions that post. With
 * servers there is no quota. A task sends the message to its sockets after its post.
 */
export function broadcast(load: Load, way: Way): Broadcast {
  const recipients = recipientsOf(load);
  const { count } = recipients;
  const inline = way === 'short' && shardsFor(count) === 1;
  const poster: Poster = { memory: inline ? load.pushMemory : load.deliverMemory, postCpu: load.postCpu };
  const cold = load.cold
    ? functionsInSequence(way, recipients) * Cost.coldSeconds.value +
      secondsOfNewSockets(count, poster) +
      (load.entry === 'servers' ? Cost.readSeconds.value : 0)
    : 0;
  const before = stepsBeforePosts(way, recipients).reduce((sum, { seconds }) => sum + seconds, cold);
  const sends = secondsOfSends(load);
  const reached = (share: number) => {
    const posts = count * share;
    const byQuota = load.entry === 'apiGateway' ? secondsByQuota(load, posts) : 0;
    const byFunctions = inline ? secondsOfPosts(posts, poster) : secondsOfDelivery(load, posts, count, poster);
    const byTasks = sends * share;
    const functions = inline ? 'push function' : 'deliver functions';
    return {
      seconds: before + Math.max(byQuota, byFunctions) + byTasks,
      limit: byQuota > byFunctions ? 'API Gateway requests' : byTasks > byFunctions ? 'task CPU' : functions,
    };
  };
  const all = reached(1);
  return { half: reached(1 / 2).seconds, all: all.seconds, limit: all.limit };
}

/** Seconds in which a task with an idle CPU sends a message to its sockets of a topic. 0 without tasks. */
export function secondsOfSends(load: Load): number {
  const { connections, topics, entry } = load;
  return entry === 'servers'
    ? ((connections / topics / recipientsOf(load).count) * sendCpuOf(load)) / vcpusOf(load)
    : 0;
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

/** Capacity of API Gateway's token bucket, in requests. AWS sets it in proportion to the rate. */
function burstOf({ requestsPerSecond }: Load): number {
  return (Quota.requestBurst.value / Quota.requestsPerSecond.value) * requestsPerSecond;
}

/** Seconds in which deliver functions make some of the posts to the recipients of a topic. */
function secondsOfDelivery(load: Load, posts: number, recipients: number, poster: Poster): number {
  const functions = Math.min(load.concurrency, Math.ceil(entriesOf(recipients) / Cost.queueBatch.value));
  return functions <= Quota.firstFunctions.value
    ? secondsOfPosts(posts / functions, poster)
    : furtherSendSeconds(load) * (posts / recipients) +
        Cost.coldSeconds.value +
        Cost.postSeconds.value +
        secondsByFunctions(posts, functions, poster);
}

/** Seconds in which deliver functions make posts. Lambda starts some at first, and adds more each second up to `most`. */
function secondsByFunctions(posts: number, most: number, poster: Poster): number {
  const work = posts / postsPerSecondOf(poster);
  const first = Math.min(Quota.firstFunctions.value, most);
  const added = Quota.functionsPerSecond.value;
  const growing = (most - first) / added;
  const workWhileGrowing = first * growing + (added * growing ** 2) / 2;
  return work <= workWhileGrowing
    ? (Math.sqrt(first ** 2 + 2 * added * work) - first) / added
    : growing + (work - workWhileGrowing) / most;
}

/** Seconds in which push, dispatch, or deliver for a large topic, sends the queue entries of one message. */
export function enqueueSeconds(load: Load): number {
  return Cost.readSeconds.value + Cost.sendSeconds.value + furtherSendSeconds(load);
}

/** Seconds of the sends after the first, 100 entries at once. */
function furtherSendSeconds(load: Load): number {
  const ranges = Math.ceil(shardsFor(recipientsOf(load).count) / Cost.rangeShards.value);
  // Functions that receive ranges work concurrently, each on one batch of them.
  const times = ranges > 1 ? Math.ceil(ranges / Cost.rangeShards.value) + Math.min(ranges, Cost.queueBatch.value) : 1;
  return (times - 1) * Cost.sendSeconds.value;
}
