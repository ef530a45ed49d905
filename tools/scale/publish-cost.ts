import { costOf, SECONDS_OF_MONTH } from '../prices/price';
import { Cost } from './facts';
import type { Work } from './functions';
import { DEFAULTS } from './load';
import { secondsOfPosts } from './posting';
import { PRICES } from './prices';

/**
 * A publish whose cost is computed: to a topic with one shard, of at most 1 KiB. `before`: the design without hints and groups,
 * in which each message was alone and pushed from the stream by functions with 512 MB.
 */
export interface PricedPublish {
  readonly way: 'before' | 'short' | 'long';
  readonly connections: number;
  /** Messages of a transaction. They share one push as well. */
  readonly group: number;
}

/** Parts of the cost of a million publishes, in USD. */
export interface PublishCost {
  readonly rateLimit: number;
  readonly log: number;
  readonly hint: number;
  readonly push: number;
  readonly dispatch: number;
  readonly queueAndDeliver: number;
  readonly posts: number;
}

/** SQS requests of a message, or of a batch of 10: it is sent, received and deleted. */
export const REQUESTS_OF_ENTRY = 3;

const { readSeconds, writeSeconds, sendSeconds } = Cost;
const BYTES = 1024;

/** Cost of a million publishes, in USD: what is billed by use, at the prices of one Region. */
export function costOfMillion({ way, connections, group }: PricedPublish): PublishCost {
  const pushes = 1 / group;
  const short = way === 'short';
  const rows = Math.max(1, Math.ceil((connections * Cost.rowBytes.value) / 4096));
  const deliverMemory = way === 'before' ? Cost.functionMemory.value : Cost.deliverMemory.value;
  const unitsOfLog = 2 * (pushes + Math.ceil(BYTES / 1024) + 1);
  const postSeconds = (memory: number) => secondsOfPosts(connections, { memory, postCpu: DEFAULTS.postCpu });
  // Push reads the message, the head, the mark, the shards and the connections, and writes the mark.
  const push =
    pushes *
      (invocation(
        3 * readSeconds.value + postSeconds(Cost.pushMemory.value) + writeSeconds.value,
        Cost.pushMemory.value,
      ) +
        (3 + rows) * PRICES.read.usd +
        PRICES.write.usd) +
    PRICES.read.usd;
  // Dispatch reads the mark, or else the shards.
  const dispatchSeconds = short ? readSeconds.value : readSeconds.value + sendSeconds.value;
  const deliver = invocation(readSeconds.value + postSeconds(deliverMemory), deliverMemory) + rows * PRICES.read.usd;
  return inMillions({
    rateLimit: Cost.publishWrites.value * PRICES.write.usd,
    log: unitsOfLog * PRICES.write.usd + pushes * PRICES.read.usd,
    hint: short ? pushes * REQUESTS_OF_ENTRY * PRICES.queueRequest.usd : 0,
    push: short ? push : 0,
    dispatch: pushes * (invocation(dispatchSeconds, Cost.functionMemory.value) + PRICES.read.usd),
    queueAndDeliver: short ? 0 : pushes * (REQUESTS_OF_ENTRY * PRICES.queueRequest.usd + deliver),
    posts: pushes * connections * PRICES.post.usd,
  });
}

/** Cost of one invocation, in USD. */
function invocation(seconds: number, memory: number): number {
  return costOfWork({ invocations: 1, seconds }, memory);
}

/** Cost of invocations, in USD: those of a month, if there are so many that the price of their duration falls. */
export function costOfWork({ invocations, seconds }: Work, memory: number): number {
  return costOf(PRICES.invocation, invocations) + costOf(PRICES.gigabyteSecond, seconds * (memory / 1024));
}

function inMillions(cost: PublishCost): PublishCost {
  const { rateLimit, log, hint, push, dispatch, queueAndDeliver, posts } = cost;
  return {
    rateLimit: rateLimit * 1e6,
    log: log * 1e6,
    hint: hint * 1e6,
    push: push * 1e6,
    dispatch: dispatch * 1e6,
    queueAndDeliver: queueAndDeliver * 1e6,
    posts: posts * 1e6,
  };
}

/** Cost of a million invocations of a function that posts to connections after a read, in USD. */
export function costOfMillionPushes(connections: number, memory: number, postCpu: number): number {
  return 1e6 * invocation(readSeconds.value + secondsOfPosts(connections, { memory, postCpu }), memory);
}

/** Cost of one provisioned environment for a month, in USD. */
export function costOfProvisionedMonth(memory: number): number {
  return SECONDS_OF_MONTH * (memory / 1024) * PRICES.provisionedGigabyteSecond.usd;
}
