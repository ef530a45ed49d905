import type { Blueprint } from '../blueprint';
import type { LogLine } from '../log-line';

/** A process of a run: a folder of this package with a `process.ts`. */
export type ProcessName = Exclude<LogLine['process'], 'runner'>;

/**
 * @returns the processes of an app. The first one starts first and stops last, because the others need it. Only an app with a distribution
 *   has the process `cloudfront`
 */
export function processesOf({ distributions }: Pick<Blueprint, 'distributions'>): readonly ProcessName[] {
  return ['aws', 'websocket', 'http', 'events', ...(distributions.length > 0 ? (['cloudfront'] as const) : [])];
}
