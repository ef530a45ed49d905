import { transactionSeconds } from './appending';
import { Cost, type Fact } from './facts';
import type { Recipients } from './recipients';
import { expansionsOf, shardsFor } from './shards';

/** One step of a message on its way to its recipients. */
export interface Step {
  readonly step: string;
  /** Seconds that it takes. */
  readonly seconds: number;
  /** Numbers that it is computed from. */
  readonly from: readonly Fact[];
}

/** Way of a message. `short`: after a pause of its topic, by a hint. `long`: from the stream. */
export type Way = 'short' | 'long';

const step = (name: string, ...from: Fact[]): Step => ({
  step: name,
  seconds: from.reduce((sum, { value }) => sum + value, 0),
  from,
});

/**
 * Steps before the first post of a message that is published alone to a topic, from the request to publish. The network
 * between clients and AWS, the load balancer, and the time of the code are omitted.
 */
export function stepsBeforePosts(way: Way, { count, name }: Recipients): Step[] {
  const { writeSeconds, readSeconds, sendSeconds, queueSeconds, streamSeconds } = Cost;
  const publish = [
    // The head is read at the same time, which is faster.
    step('rate limit of the publisher, and read of the head', writeSeconds),
    { step: 'transaction', seconds: transactionSeconds(1), from: [Cost.transactionSeconds] },
  ];
  const toFunction =
    way === 'short'
      ? [
          step('send the hint', sendSeconds),
          step('hint queue to push', queueSeconds),
          step('read the messages and the mark', readSeconds),
        ]
      : [step('stream to dispatch', streamSeconds)];
  const inline = way === 'short' && shardsFor(count) === 1;
  const expansions = Array.from({ length: expansionsOf(count) }, () =>
    step('delivery queue to deliver, read the shards, send their entries', queueSeconds, readSeconds, sendSeconds),
  );
  const queued = [
    step('send an entry for each shard', sendSeconds),
    ...expansions,
    step('delivery queue to deliver', queueSeconds),
  ];
  return [
    ...publish,
    ...toFunction,
    step('read the shards of the topic', readSeconds),
    ...(inline ? [] : queued),
    step(`read the ${name} of a shard`, readSeconds),
  ];
}

/** Number of functions that a message passes, one after another. */
export function functionsInSequence(way: Way, { count }: Recipients): number {
  const inline = way === 'short' && shardsFor(count) === 1;
  return inline ? 1 : 2 + expansionsOf(count);
}
