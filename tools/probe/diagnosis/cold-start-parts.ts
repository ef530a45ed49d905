import { milliseconds } from '../../words';
import type { Run } from '../measurements';
import type { NotMeasured } from './cause';
import { FLOOR } from './thresholds';

/** The first two requests of a process. */
type Pair = Pick<Run, 'first' | 'second'>;

/** Parts of a cold start, if the header `Server-Timing` names them, as a sentence. The second request did not have them. */
export function namedParts({ first, second }: Pair): string[] {
  const parts = Object.entries(first.serverTiming ?? {})
    .map(([name, ms]) => ({ name, more: ms - (second.serverTiming?.[name] ?? 0) }))
    .filter(({ more }) => more >= FLOOR)
    .map(({ name, more }) => `${name} ${milliseconds(more)}`);
  return parts.length === 0 ? [] : [`By the header Server-Timing: ${parts.join(', ')}.`];
}

/** The parts of a cold start, if the server does not name them. */
export function unnamedParts(pair: Pair | undefined): NotMeasured[] {
  return pair && namedParts(pair).length > 0
    ? []
    : [
        {
          what: 'the parts of a cold start: imports, the connection to a database, compilation, templates',
          check:
            'Send the header Server-Timing with their durations, or log the time at each step of the first request.',
        },
      ];
}
