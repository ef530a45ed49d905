import { milliseconds } from '../../words';
import type { Exchange, Measurements } from '../measurements';
import { refusal } from '../network/status';
import type { Plan } from '../plan';
import { type Undecided, withoutFix } from './cause';
import { type Attribution, bodyTime } from './first-request/attribution';
import { restarts } from './first-request/browser-causes';
import { closedRuns } from './first-request/connection-causes';
import { onlyFirstFailed, slowOnce } from './first-request/server-causes';
import { shellWord } from './shell-word';
import { NOTICEABLE } from './thresholds';

/** Questions about the first request that the measurement could not decide. */
export function undecidedOf(plan: Plan, found: Measurements, parts: Attribution): Undecided[] {
  return found.runs.length === 0
    ? []
    : [
        ...freshness(plan, found, parts),
        ...hidden(parts),
        // Restarts after each write explain slow requests and missing responses.
        ...(restarts(found).length > 0
          ? []
          : [...erratic(found, parts), ...rested(found, parts), ...unanswered(found)]),
        ...handlerOrConnection(found, parts),
        ...bodies(found),
        ...rejected(plan, found),
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
            `\`npm run probe -- restart ${shellWord(plan.request.url.href)}\` guide you.`,
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

function rested(found: Measurements, parts: Attribution): Undecided[] {
  return slowOnce(found, parts)
    .slice(0, 1)
    .map((seconds) => ({
      question: `whether a request after a rest of ${seconds} s is slow`,
      reason: 'it was slow once, and fast when the rest was repeated',
      fix: 'Run the probe again, on a machine and a server with less load.',
    }));
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

/** A body that arrives late: a large one takes long on its way, and a handler can produce it slowly. */
function bodies(found: Measurements): Undecided[] {
  const ms = bodyTime(found);
  return ms < NOTICEABLE
    ? []
    : [
        {
          question: `why the body of each response ends ${milliseconds(ms)} after its head`,
          reason:
            'a handler that sends its response in parts, and a large response on its way, look the same from outside',
          fix: 'Run the probe on the machine of the server. If it takes as long there, look into the code that sends the body.',
        },
      ];
}

/** Requests of the page. If only the very first one failed, that is a cause, and it is absent here. */
function ownRequests({ runs, bursts, aftermaths, rests }: Measurements): Exchange[] {
  const all = [
    ...runs.flatMap(({ first, second }) => [first, second]),
    ...bursts.flat(),
    ...aftermaths.map(({ next }) => next),
    ...rests.map(({ request }) => request),
  ];
  return onlyFirstFailed(runs) ? all.slice(1) : all;
}

/** Requests of the page that were answered with another status than the others, such as 500. */
function rejected(plan: Plan, found: Measurements): Undecided[] {
  const { runs } = found;
  const exchanges = ownRequests(found);
  const wrong = exchanges.filter(({ status }) => refusal(status, plan) !== undefined);
  const [example] = wrong;
  // A probe that ends after the first run gives this as the reason.
  return example === undefined || runs.length === 1
    ? []
    : [
        {
          question: 'how long each successful request takes',
          reason: `${wrong.length} of ${exchanges.length} requests ${were(wrong.length)} answered ${[...new Set(wrong.map(({ status }) => status))].join(' and ')}${runs[0]?.first === example ? ', the very first one too' : ''}`,
          fix: wrong.some(({ status }) => status === 429)
            ? 'Raise the rate limit for this client, or run the probe where there is none.'
            : "Look for the reason in the server's log, and run the probe again.",
        },
      ];
}

function unanswered(found: Measurements): Undecided[] {
  const exchanges = [...ownRequests(found), ...found.runs.flatMap(({ otherUrl = [] }) => otherUrl)];
  const failed = exchanges.filter(({ failure }) => failure !== undefined);
  return failed.length === 0
    ? []
    : [
        {
          question: 'how long each request takes',
          reason: `${failed.length} of ${exchanges.length} requests ${were(failed.length)} not answered: ${withoutFix(failed[0]?.failure)}`,
          fix: "Look for the reason in the server's log, and run the probe again.",
        },
      ];
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}
