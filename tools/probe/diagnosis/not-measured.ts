import { milliseconds } from '../../words';
import type { Measurements } from '../measurements';
import type { Plan } from '../plan';
import type { NotMeasured } from './cause';
import { unnamedParts } from './cold-start-parts';
import { PROXY_HEADERS } from './framework';
import { notAsked } from './load';
import { type Attribution, bodyTime } from './first-request/attribution';
import { connectionTime } from './first-request/connection-causes';
import { FLOOR, NOTICEABLE } from './thresholds';
import { shellWord } from './shell-word';
import { isSameOrigin } from './waterfall';

/** Everything that cannot be seen from outside, or was not asked for. */
export function notMeasuredOf(plan: Plan, found: Measurements, parts: Attribution): NotMeasured[] {
  const { request } = plan;
  const proxy = PROXY_HEADERS.find((name) => found.evidence?.headers[name] !== undefined);
  const cold = parts.process > 0 || parts.slowLater > 0;
  return [
    ...(isSameOrigin(request)
      ? [
          {
            what: `pages of other origins, which wait ${milliseconds(connectionTime(found))} longer for a connection, and for a preflight`,
            check: 'Pass the URL of such a page with --page, or its origin with --origin.',
          },
        ]
      : []),
    ...(request.origin === undefined
      ? [
          {
            what: 'a CORS preflight: without the origin of a page, the request is like one of the same origin',
            check: 'Pass the URL of the page with --page, or its origin with --origin.',
          },
        ]
      : []),
    ...(cold ? unnamedParts(found.runs[0]) : []),
    ...(plan.rests.length === 0
      ? [{ what: 'requests after a rest', check: 'Run without `--rest none`.' }]
      : [
          {
            what: `a rest of more than ${Math.max(...plan.rests)} s, after which a platform can stop the last process`,
            check: 'Run with --rest 900, or look for a minimum number of instances in the settings of the platform.',
          },
        ]),
    ...(proxy === undefined
      ? []
      : [
          {
            what: `workers and pools behind the proxy that answers (${proxy})`,
            check: 'Run the probe beside the server, with its own address and port.',
          },
        ]),
    ...(plan.socket
      ? [
          {
            what: 'a first use of the WebSocket that delays the first request, because both need the same import or connection',
            check: `Run \`npm run probe -- restart ${shellWord(request.url.href)} --websocket ${shellWord(plan.socket.url.href)}\`.`,
          },
        ]
      : []),
    ...twoPackets(found),
    ...liveReload(found),
    ...newUrls(found),
    ...notAsked(plan),
    {
      what: 'the time that the browser of a user adds: extensions, antivirus, a service worker, proxy discovery, a permission prompt for local addresses',
      check: 'Open the page in a private window, in another browser, and in Chrome with --no-proxy-server.',
    },
  ];
}

/** New URLs, if the server refuses the one that the probe made up. */
function newUrls({ runs }: Measurements): NotMeasured[] {
  const refused = runs.flatMap(({ otherUrl }) => otherUrl?.[0] ?? []).find(({ status }) => status >= 400);
  return refused === undefined || runs.some(({ first }) => first.status === refused.status)
    ? []
    : [
        {
          what: `whether each new URL is slow at first: the server answered ${refused.status} to an additional query parameter`,
          check: 'Pass another path of the same server with --other.',
        },
      ];
}

/** A body that is later than its head in every request, but too little to be noticed in one. */
function twoPackets(found: Measurements): NotMeasured[] {
  const ms = bodyTime(found);
  return ms < FLOOR || ms >= NOTICEABLE
    ? []
    : [
        {
          what: `why the body of each response ends ${milliseconds(ms)} after its head`,
          check:
            'About 40 ms are usual if the server sends the head and the body in two packets, and waits for the acknowledgment of the first one: set TCP_NODELAY in the server. uvicorn: compare with a start without --reload and --workers.',
        },
      ];
}

/** Reloads of the page, if its live-reload server could not be watched. */
function liveReload({ page }: Measurements): NotMeasured[] {
  const reason = page?.unread ?? page?.liveReload?.unwatched;
  return reason === undefined
    ? []
    : [
        {
          what: 'reloads of the page after a write',
          check: `${reason} Or look in the Network tab of the browser if the page itself is requested again after the request.`,
        },
      ];
}
