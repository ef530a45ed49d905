import { SECONDS_OF_MONTH } from '../prices/price';
import { Cost } from './facts';
import type { Load } from './load';
import { posting, postsPerSecondOf, secondsOfPosts } from './posting';
import { postsOf, recipientsOf } from './recipients';
import { entriesOf, shardsFor } from './shards';

/** Work of one kind of function each second. */
export interface Work {
  /** Invocations a second. */
  readonly invocations: number;
  /** Seconds of all invocations together, each second: the number of concurrent ones. */
  readonly seconds: number;
}

/** Work of a month, of the work of a second. */
export function monthOf({ invocations, seconds }: Work): Work {
  return { invocations: SECONDS_OF_MONTH * invocations, seconds: SECONDS_OF_MONTH * seconds };
}

/** Work of the functions that post. */
export interface PostingFunctions {
  readonly push: Work;
  readonly deliver: Work;
  /** Batches of queue entries a second. */
  readonly queueBatches: number;
}

export function postingFunctions(load: Load): PostingFunctions {
  const { topics, deliverMemory, pushMemory, postCpu } = load;
  const { hints, batches, bytesOfBatch } = posting(load);
  const { hintPosts, batchPosts } = postsOf(load);
  const { count } = recipientsOf(load);
  const inline = shardsFor(count) === 1;
  const entries = entriesOf(count);
  const lists = batches * Math.ceil(bytesOfBatch / Cost.entryBytes.value) + (inline ? 0 : hints);
  const entriesPerSecond = topics * entries * lists;
  const queueBatches = topics * Math.ceil(entries / Cost.queueBatch.value) * lists;
  const posts = batchPosts + (inline ? 0 : hintPosts);
  const pushSeconds =
    2 * Cost.readSeconds.value +
    Cost.writeSeconds.value +
    (inline ? Cost.readSeconds.value + secondsOfPosts(count, { memory: pushMemory, postCpu }) : Cost.sendSeconds.value);
  return {
    push: { invocations: topics * hints, seconds: topics * hints * pushSeconds },
    deliver: {
      invocations: queueBatches,
      seconds:
        posts / postsPerSecondOf({ memory: deliverMemory, postCpu }) +
        (entriesPerSecond / Cost.queueBatch.value) * (Cost.readSeconds.value + Cost.postSeconds.value),
    },
    queueBatches,
  };
}
