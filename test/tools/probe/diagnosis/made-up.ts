import { diagnose } from '../../../../tools/probe/diagnosis/diagnose';
import { emptyMeasurements, type Exchange, type Measurements, type Run } from '../../../../tools/probe/measurements';
import type { PageRequest, Plan } from '../../../../tools/probe/plan';
import type { Report } from '../../../../tools/probe/report/report';

/** A plan for a GET of a page of another origin, of a process that is known to be fresh. */
export function plan(changes: Partial<Plan> = {}, request: Partial<PageRequest> = {}): Plan {
  return {
    request: {
      url: new URL('https://api.example.com/items'),
      method: 'GET',
      headers: {},
      origin: 'https://app.example.com',
      credentials: 'same-origin',
      ...request,
    },
    fresh: true,
    rounds: 8,
    rests: [1, 6, 15],
    network: { insecure: false, timeout: 10_000 },
    ...changes,
  };
}

export function exchange(ms: number, changes: Partial<Exchange> = {}): Exchange {
  return { at: 0, ms, opening: 0, status: 200, closed: false, pause: 0, ...changes };
}

/** Milliseconds of one run: the first request, the second, and those of a new URL. */
type Times = readonly [first: number, second: number, url?: number, urlAgain?: number];

export function run([first, second, url, urlAgain]: Times, changes: Partial<Run> = {}): Run {
  return {
    tcp: 0.3,
    first: exchange(first),
    second: exchange(second),
    ...(url !== undefined && urlAgain !== undefined && { otherUrl: [exchange(url), exchange(urlAgain)] as const }),
    ...changes,
  };
}

/** Measurements with these times of the very first run, and of each later one. They vary a little, as on any machine. */
export function measured(own: Times, later: Times, changes: Partial<Measurements> = {}): Measurements {
  const varied = Array.from({ length: 8 }, (_, index) => {
    const noise = 1 + ((index * 7) % 5) / 50;
    return run(later.map((ms) => (ms ?? 0) * noise) as unknown as Times);
  });
  return { ...emptyMeasurements(), runs: [run(own), ...varied], ...changes };
}

export function diagnosis(found: Measurements, of: Plan = plan(), stopped?: string): Report {
  return diagnose(of, found, new Date(0), stopped);
}

/** Ids of the faults, the first one first. */
export function faults(report: Report): string[] {
  return report.causes.filter(({ fault }) => fault).map(({ id }) => id);
}
