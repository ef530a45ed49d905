import { nameOfHeld } from '../../diagnosis/load/held-causes';
import { nameOfFrame } from '../../diagnosis/load/impulse-causes';
import type { Exchange, Impulse, Measurements } from '../../measurements';

/** Times of requests of one kind, in milliseconds, in the order in which they were measured. */
export interface Series {
  readonly name: string;
  readonly ms: readonly number[];
}

/** Times of all requests, by what was renewed before them or happened beside them. Kinds without a request are absent. */
export function seriesOf(found: Measurements): Series[] {
  const [veryFirst, ...later] = found.runs;
  const several = found.impulses.filter(({ kind }) => kind === 'frame').length > 1;
  const all: Series[] = [
    { name: 'Very first request', ms: times(veryFirst && [veryFirst.first]) },
    { name: 'First on a new connection', ms: times(later.map((run) => run.first)) },
    { name: 'Second on the same connection', ms: times(found.runs.map((run) => run.second)) },
    { name: 'New URL', ms: times(found.runs.flatMap(({ otherUrl }) => (otherUrl ? [otherUrl[0]] : []))) },
    { name: 'The same URL again', ms: times(found.runs.flatMap(({ otherUrl }) => (otherUrl ? [otherUrl[1]] : []))) },
    ...found.bursts.map((burst, index) => ({ name: `${burst.length} at once, burst ${index + 1}`, ms: times(burst) })),
    { name: 'One second after a request', ms: times(found.aftermaths.map(({ next }) => next)) },
    ...found.rests.map(({ seconds, request }) => ({ name: `After ${seconds} s of rest`, ms: times([request]) })),
    { name: 'Preflight', ms: times(found.preflight?.exchanges) },
    ...found.impulses.flatMap((impulse) => besideImpulse(impulse, several)),
    ...found.held.map(({ kind, opened, ms }) => ({ name: `Beside ${nameOfHeld({ kind, requested: opened })}`, ms })),
    ...(found.storm
      ? [
          { name: 'Between storms', ms: found.storm.rounds.flatMap(({ idle }) => idle) },
          { name: 'During a storm of frames', ms: found.storm.rounds.flatMap(({ loaded }) => loaded) },
        ]
      : []),
  ];
  return all.filter(({ ms }) => ms.length > 0);
}

/** @param several true if several kinds of frames were measured, so that a name needs the frame itself */
function besideImpulse(impulse: Impulse, several: boolean): Series[] {
  const { kind, quiet, after } = impulse;
  const what = kind === 'handshake' ? 'a handshake' : several ? `the frame ${nameOfFrame(impulse)}` : 'a frame';
  return [
    { name: `Without ${what}`, ms: quiet },
    ...after.map(({ offset, ms }) => ({
      name: `${offset} ms after ${what}${kind === 'handshake' ? ' began' : ''}`,
      ms,
    })),
  ];
}

/** Durations including a connection that had to be opened again. */
function times(exchanges: readonly Exchange[] | undefined): number[] {
  return (exchanges ?? []).map(({ ms, opening }) => ms + opening);
}
