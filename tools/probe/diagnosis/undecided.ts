import { milliseconds } from '../../words';
import type { Measurements } from '../measurements';
import type { Plan } from '../plan';
import { type Undecided, withoutFix } from './cause';
import type { Attribution } from './first-request/attribution';
import { closedRuns } from './first-request/connection-causes';
import { NOTICEABLE } from './thresholds';

/** Questions about the first request that the measurement could not decide. */
export function undecidedOf(plan: Plan, found: Measurements, parts: Attribution): Undecided[] {
  return found.runs.length === 0
    ? []
    : [
        ...freshness(plan, found, parts),
        ...hidden(parts),
        ...erratic(found, parts),
        ...handlerOrConnection(found, parts),
        ...unanswered(found),
      ];
}

const COLD_PROCESS = 'whether the first request of a new process is slow';

function freshness(plan: Plan, found: Measurements, { process, slowLater }: Attribution): Undecided[] {
  const seen = process > 0 || slowLater > 0;
  return plan.fresh || seen || found.runs.length < 2
    ? []
    : [
        {
          question: COLD_PROCESS,
          reason: 'the process may have answered other requests before',
          fix:
            'Restart the server, and run this command with --fresh before any other request, or let ' +
            `\`npm run probe -- restart ${plan.request.url.href}\` guide you.`,
        },
      ];
}

function hidden({ hiddenBy }: Attribution): Undecided[] {
  return hiddenBy === 0
    ? []
    : [
        {
          question: COLD_PROCESS,
          reason: `the probe itself was paused for ${milliseconds(hiddenBy)} during the very first request`,
          fix: 'Restart the server, and run the probe on a machine with less load.',
        },
      ];
}

function erratic({ runs }: Measurements, { erratic: count }: Attribution): Undecided[] {
  return count === 0
    ? []
    : [
        {
          question: COLD_PROCESS,
          reason:
            count === 1
              ? 'one later request was slow as well, once'
              : `${count} of the requests in ${runs.length} runs were slow, without a pattern`,
          fix: 'Run the probe again. If the pattern stays, log the time of each request in the server: a restart after each write, garbage collection or other users can be the reason.',
        },
      ];
}

function handlerOrConnection(found: Measurements, { repeated }: Attribution): Undecided[] {
  return closedRuns(found) === 0 || repeated < NOTICEABLE
    ? []
    : [
        {
          question: `whether the handler takes ${milliseconds(repeated)}, or each new connection does`,
          reason: 'the server closes the connection after each response, so that no request is on an old one',
          fix: 'Keep the connections open, and run the probe again.',
        },
      ];
}

function unanswered({ runs, bursts }: Measurements): Undecided[] {
  const exchanges = [
    ...runs.flatMap(({ first, second, otherUrl = [] }) => [first, second, ...otherUrl]),
    ...bursts.flat(),
  ];
  const failed = exchanges.filter(({ failure }) => failure !== undefined);
  return failed.length === 0
    ? []
    : [
        {
          question: 'how long each request takes',
          reason: `${failed.length} of ${exchanges.length} requests were not answered: ${withoutFix(failed[0]?.failure)}`,
          fix: "Look for the reason in the server's log, and run the probe again.",
        },
      ];
}
