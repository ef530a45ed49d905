import type { Measurements } from '../measurements';
import type { Plan } from '../plan';
import type { Report } from '../report/report';
import { answerOf } from './answer';
import type { Found, Undecided } from './cause';
import { attribute } from './first-request/attribution';
import { browserCauses } from './first-request/browser-causes';
import { connectionCauses } from './first-request/connection-causes';
import { nameCauses } from './first-request/name-causes';
import { serverCauses } from './first-request/server-causes';
import { fixFor } from './fixes';
import { frameworkOf } from './framework';
import { loadCauses } from './load';
import { notMeasuredOf } from './not-measured';
import { undecidedOf } from './undecided';
import { waterfallOf } from './waterfall';

/** Creates the report from the measurements. Pure. @param stopped reason why the measurement is incomplete, a sentence */
export function diagnose(plan: Plan, found: Measurements, now: Date, stopped?: string): Report {
  const { request, socket } = plan;
  const framework = frameworkOf(found.evidence);
  const parts = attribute(found);
  const load = loadCauses(plan, found);
  const causes = [
    ...nameCauses(found),
    ...connectionCauses(found, parts),
    ...browserCauses(found, parts, request),
    ...serverCauses(found, parts),
    ...load.causes,
  ]
    .sort(byImportance)
    .map((cause) => ({ ...cause, fix: fixFor(cause.id, framework) }));
  const undecided = [...undecidedOf(plan, found, parts), ...load.undecided];
  const waterfall = waterfallOf(found, parts, request);
  const answer = answerOf(plan, found, waterfall, causes, undecided);
  return {
    answer: stopped === undefined ? answer : `${stopped} ${answer}`,
    exitCode: exitCodeOf(causes, undecided, stopped),
    causes,
    undecided,
    notMeasured: [...load.notMeasured, ...notMeasuredOf(plan, found, parts)],
    request: { method: request.method, url: request.url.href, ...(request.origin && { origin: request.origin }) },
    ...(socket && { websocket: socket.url.href }),
    measuredAt: now.toISOString(),
    ...(framework && { framework }),
    waterfall,
    measurements: found,
  };
}

/** A handler that is always slow is not what the user asked about, so it comes after the other faults. */
function byImportance(a: Found, b: Found): number {
  return rank(a) - rank(b) || b.adds - a.adds;
}

function rank({ fault, id }: Found): number {
  return fault ? (id === 'slow-handler' ? 1 : 0) : 2;
}

function exitCodeOf(causes: readonly Found[], undecided: readonly Undecided[], stopped: string | undefined): 0 | 1 | 2 {
  if (stopped !== undefined) {
    return 2;
  }
  return causes.some(({ fault }) => fault) ? 1 : undecided.length > 0 ? 2 : 0;
}
