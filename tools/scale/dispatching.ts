import { Cost } from './facts';
import type { Work } from './functions';
import type { Load } from './load';
import { posting } from './posting';

/**
 * Work of the dispatch function each second, at most: a batch of the stream can have messages of several topics. It reads the mark of a
 * message, or else the shards of the topic, and sends their entries.
 */
export function dispatching(load: Load): Work {
  const { hints, batches } = posting(load);
  const invocations = load.topics * (hints + batches);
  return {
    invocations,
    seconds: invocations * Cost.readSeconds.value + load.topics * batches * Cost.sendSeconds.value,
  };
}
