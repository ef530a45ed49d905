import { milliseconds } from '../../words';
import type { Found, NotMeasured, Undecided } from '../diagnosis/cause';
import { namedParts, unnamedParts } from '../diagnosis/cold-start-parts';
import { fixFor } from '../diagnosis/fixes';
import { frameworkOf } from '../diagnosis/framework';
import type { Evidence } from '../measurements';
import type { Plan } from '../plan';
import type { Phase } from '../report/report';
import { answerOf } from './answer';
import { type Costs, costsOf, usualOf } from './costs';
import { processCost, processVerdict } from './process-verdict';
import type { RestartReport } from './report';
import { isDisturbed, type Restart, SIGN, timeOf } from './restarts';
import { type SocketVerdict, socketVerdict } from './socket-verdict';

/** Creates the report from the three restarts. Pure. */
export function diagnose(
  plan: Plan,
  restarts: readonly Restart[],
  evidence: Evidence | undefined,
  now: Date,
): RestartReport {
  const { request, socket } = plan;
  const framework = frameworkOf(evidence);
  const costs = costsOf(restarts);
  const sockets = costs.manyCold ? {} : socketVerdict(costs);
  const cold = processVerdict(costs) === 'cold';
  const causes = [...(cold ? [coldProcess(restarts, costs)] : []), ...coldSocket(restarts, costs, sockets)]
    .sort((a, b) => b.adds - a.adds)
    .map((cause) => ({ ...cause, fix: fixFor(cause.id, framework) }));
  const undecided = undecidedOf(restarts, costs, sockets);
  return {
    answer: answerOf(restarts, costs, sockets),
    exitCode: causes.length > 0 ? 1 : undecided.length > 0 ? 2 : 0,
    causes,
    undecided,
    notMeasured: notMeasuredOf(restarts, cold),
    request: { method: request.method, url: request.url.href, ...(request.origin && { origin: request.origin }) },
    ...(socket && { websocket: socket.url.href }),
    measuredAt: now.toISOString(),
    ...(framework && { framework }),
    waterfall: waterfallOf(restarts[0], cold),
    restarts,
    costs,
  };
}

function coldProcess(restarts: readonly Restart[], costs: Costs): Found {
  const alone = restarts.filter(({ order }) => order === 'request alone');
  const firsts = alone.map(({ requests }) => milliseconds(requests.first.ms)).join(', ');
  const later = milliseconds(Math.min(...alone.map(({ requests }) => usualOf(requests))));
  const [first] = restarts;
  return {
    id: 'cold-process',
    adds: processCost(costs),
    to: 'first request',
    because: 'the process: it was cold',
    fault: true,
    found: [
      `The first request of a new process took ${firsts}, and later ones on a new connection ${later}.`,
      ...(costs.manyCold ? ['Others were slow again: several workers are cold, one after another.'] : []),
      ...(first ? namedParts(first.requests) : []),
    ].join(' '),
  };
}

function coldSocket(restarts: readonly Restart[], costs: Costs, { adds, shares }: SocketVerdict): Found[] {
  const [alone, after, both] = restarts;
  if ((adds === undefined && shares === undefined) || !alone || !after || !both) {
    return [];
  }
  const found = [
    ...(shares === undefined
      ? []
      : [
          `Alone, the first request took ${milliseconds(alone.requests.first.ms)}; after the socket, ${milliseconds(after.requests.first.ms)}. Whichever of them comes first pays for what both use.`,
        ]),
    ...(adds === undefined
      ? []
      : [
          `At the same time as the first socket, the request waited ${milliseconds(costs.atOnce ?? 0)} instead of ${milliseconds(costs.alone[0] ?? 0)}${hitsSecond(both) ? '; the second request was the slow one' : ''}. The socket itself took ${milliseconds(after.socket ? timeOf(after.socket) : 0)}.`,
        ]),
  ];
  return [
    {
      id: 'cold-socket',
      adds: adds ?? shares ?? 0,
      to: 'first request',
      because:
        adds === undefined
          ? 'a first use that the request shares with the socket'
          : 'the first use of the socket, for which a request at the same time waits',
      fault: true,
      found: found.join(' '),
    },
  ];
}

/** True if the request was answered before the socket's first use delayed the next one. */
function hitsSecond({ requests: { first, second } }: Restart): boolean {
  return second.ms > first.ms;
}

function undecidedOf(restarts: readonly Restart[], costs: Costs, sockets: SocketVerdict): Undecided[] {
  const fast = ({ requests, socket }: Restart) =>
    Math.max(requests.first.ms - usualOf(requests), socket ? timeOf(socket) : 0) < SIGN;
  const unseen = restarts.flatMap((restart, index) => (!restart.seen && fast(restart) ? [index + 1] : []));
  const sometimes = processVerdict(costs) === 'sometimes';
  const disturbed = restarts.filter(isDisturbed);
  const numbers = restarts.map(({ requests }) => milliseconds(requests.first.ms)).join(', ');
  return [
    ...(sometimes
      ? [
          {
            question: 'why only some of the first requests were slow',
            reason: `they took ${numbers}, and a cold process is slow after each restart`,
            fix: 'Run it again while the machine has nothing else to do.',
          },
        ]
      : []),
    ...(costs.manyCold && costs.atOnce !== undefined
      ? [
          {
            question: 'what the socket and the request share',
            reason: 'later requests were slow again, as with several workers that are cold one after another',
            fix: 'Start the server with one worker, and run it again.',
          },
        ]
      : []),
    ...(sockets.unexplained && !sometimes
      ? [
          {
            question:
              sockets.unexplained === 'added'
                ? 'what the socket adds to a request at the same time'
                : 'what the socket and the request share',
            reason: `the requests differ by ${milliseconds((sockets.unexplained === 'added' ? costs.added : costs.shared) ?? 0)}, but no other time does`,
            fix: 'Run it again, with --frame if the page sends a frame at once.',
          },
        ]
      : []),
    ...(unseen.length > 0
      ? [
          {
            question: `whether the process was new after restart ${unseen.join(' and ')}`,
            reason: 'the port refused no connection meanwhile, and nothing was slow',
            fix: 'Stop the server for some seconds, or let --start restart it.',
          },
        ]
      : []),
    ...(disturbed.length > 0
      ? [
          {
            question: 'the exact times',
            reason: `this machine was busy with other work for ${milliseconds(Math.max(...disturbed.map(({ pause }) => pause)))}`,
            fix: 'Run it again while the machine has nothing else to do.',
          },
        ]
      : []),
  ];
}

function notMeasuredOf([first]: readonly Restart[], cold: boolean): NotMeasured[] {
  return [
    ...(cold ? unnamedParts(first?.requests) : []),
    ...(cold
      ? [
          {
            what: 'whether the app was loaded when its port was open',
            check:
              'Some servers listen before that, and the first request waits. Wait longer before you press Enter, or pass --settle 30 with --start.',
          },
        ]
      : []),
    {
      what: 'the name, the connection, a CORS preflight, idle times, and what the browser of a user adds',
      check: 'Run npm run probe -- <url> with the same options, without the word restart.',
    },
  ];
}

function waterfallOf(restart: Restart | undefined, cold: boolean): RestartReport['waterfall'] {
  if (!restart) {
    return { first: [], second: [] };
  }
  const { first, second } = restart.requests;
  const usual = Math.min(usualOf(restart.requests), first.ms);
  const phases: Phase[] = cold
    ? [
        { name: 'cold process', ms: first.ms - usual },
        { name: 'server', ms: usual },
      ]
    : [{ name: 'server', ms: first.ms }];
  return { first: phases.filter(({ ms }) => ms > 0), second: [{ name: 'server', ms: second.ms }] };
}
