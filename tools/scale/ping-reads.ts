import { clientInvocations } from './client-functions';
import { pingsPerSecond } from './clients';
import { Cost } from './facts';
import type { Load } from './load';
import { tasksOf, tasksWithTopic } from './tasks';

/** Read units of the head of a topic, eventually consistent. */
const UNITS_OF_HEAD = 0.5;

/**
 * Read units a second of the heads that pings ask for, one topic each, at most. A function or a task reads the head of a topic once a
 * second.
 */
export function pingReads(load: Load): number {
  const readers =
    load.entry === 'apiGateway'
      ? load.topics * Math.ceil(clientInvocations(load).message * Cost.answerSeconds.value)
      : load.topics * tasksWithTopic(load, tasksOf(load));
  return UNITS_OF_HEAD * Math.min(pingsPerSecond(load), readers);
}
