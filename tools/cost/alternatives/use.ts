import type { Load } from '../../scale/load';
import { HOURS_OF_MONTH, SECONDS_OF_MONTH } from '../../prices/price';

/** Messages and connections that a service has to carry. */
export type Work = Pick<Load, 'connections' | 'topics' | 'rate' | 'bytes'>;

/** Use of a month of 730 hours, in the units that services bill. */
export interface Use extends Work {
  /** Minutes of all connections. */
  readonly connectionMinutes: number;
  /** Minutes of all topics. */
  readonly topicMinutes: number;
  readonly publishes: number;
  /** Messages to connections: each connection receives the messages of one topic. */
  readonly deliveries: number;
  /** Publishes and deliveries of a second. */
  readonly messagesPerSecond: number;
}

const MINUTES = HOURS_OF_MONTH * 60;

export function useOf(work: Work): Use {
  const { connections, topics, rate } = work;
  return {
    ...work,
    connectionMinutes: connections * MINUTES,
    topicMinutes: topics * MINUTES,
    publishes: topics * rate * SECONDS_OF_MONTH,
    deliveries: connections * rate * SECONDS_OF_MONTH,
    messagesPerSecond: (topics + connections) * rate,
  };
}

/** @returns the number of units that a message counts as, at least 1, if a service bills units of some KB of 1,024 bytes */
export function unitsOf({ bytes }: Work, kilobytes: number): number {
  return Math.max(1, Math.ceil(bytes / (kilobytes * 1024)));
}
