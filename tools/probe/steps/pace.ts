import type { Measurements } from '../measurements';
import { usualTime } from './usual-time';

/** Requests in half a round, if the server answers that many without being busy. */
const REQUESTS = 30;

/** Requests a second, at least and at most. */
const RATE = { min: 4, max: 40 };

/** Duration of half a round in seconds, at least and at most. */
const SECONDS = { min: 0.5, max: 2 };

/** Share of the server's capacity that the probe uses. With more, its own requests would wait for each other. */
const SHARE = 0.3;

/** Rate and duration of the requests in half a round of the storm. */
export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

/** The pace at which the probe's requests do not slow each other, by the bursts or, without them, as if the server had one worker. */
export function paceFor(found: Pick<Measurements, 'runs' | 'bursts'>): Pace {
  const fastest = Math.max(
    0,
    ...found.bursts.map((burst) => (burst.length * 1000) / Math.max(1, ...burst.map(({ ms }) => ms))),
  );
  const capacity = fastest || 1000 / Math.max(1, usualTime(found));
  const perSecond = Math.min(RATE.max, Math.max(RATE.min, SHARE * capacity));
  return { perSecond, seconds: Math.min(SECONDS.max, Math.max(SECONDS.min, REQUESTS / perSecond)) };
}
