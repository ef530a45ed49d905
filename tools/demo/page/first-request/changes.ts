import type { Change } from './change';
import { allow, isLocal } from './failure';
import type { Observed } from './observed';
import { alsoSlow, connecting, NOISE, partsOf, preflightOf, restsCost, usual } from './parts';
import { socketChanges } from './socket-changes';
import { list, milliseconds } from '../../../words';

/** Milliseconds from which a first answer of the server is called cold. */
const COLD = 100;

/** Milliseconds from which every request is called slow. */
const SLOW = 300;

/** Milliseconds from which a connection to this machine has waited for something else than the network. */
const LOCAL_CONNECT = 150;

/** @returns what to change, with the largest effect first */
export function changes(observed: Observed): Change[] {
  return [
    ...refused(observed),
    ...redirect(observed),
    ...server(observed),
    ...workers(observed),
    ...connection(observed),
    ...preflight(observed),
    ...newUrl(observed),
    ...rest(observed),
    ...always(observed),
    ...socketChanges(observed),
  ].sort((a, b) => b.adds - a.adds);
}

function refused(observed: Observed): Change[] {
  const found = `The server answered, but the browser does not let pages of ${observed.origin} read the response.`;
  // First, because the page's own code gets an error.
  return observed.refused ? [{ id: 'refused', adds: Number.POSITIVE_INFINITY, found, fix: allow(observed) }] : [];
}

function redirect({ first }: Observed): Change[] {
  return first?.redirectedTo
    ? [
        {
          id: 'redirect',
          adds: (first.timing?.redirectEnd ?? 0) - (first.timing?.redirectStart ?? 0),
          found: `The server redirects this request to ${first.redirectedTo}, which costs one more request each time.`,
          fix: 'Use that URL in the page.',
        },
      ]
    : [];
}

function server(observed: Observed): Change[] {
  const { server: adds, ahead, hidden } = partsOf(observed);
  const { serverTiming = [] } = observed.first ?? {};
  const own = serverTiming
    .filter((one) => one.milliseconds >= NOISE)
    .map((one) => `${one.name} ${milliseconds(one.milliseconds)}`);
  const said = own.length > 0 ? ` The server itself reports ${list(own)}.` : '';
  const fix =
    'Do the first-use work when the server starts, not in the first request: imports, database connections, templates, keys. Then restart the server and measure again. If nothing changes, each new connection may be slow: use the command below.';
  if (adds >= COLD) {
    const found = `The server needed ${milliseconds(adds)} more for its first answer than for the later ones: its process was cold, or each new connection is slow.${said}`;
    return [{ id: 'cold-server', adds, found, fix }];
  }
  if (Math.max(ahead, hidden) >= COLD) {
    const more = Math.max(ahead, hidden);
    const found = `${milliseconds(more)} are the new connection, or a server whose process was cold. This page cannot tell them apart.${said}`;
    return [{ id: 'cold-server', adds: more, found, fix }];
  }
  return [];
}

function workers(observed: Observed): Change[] {
  const slow = alsoSlow(observed, COLD);
  const fastest = Math.min(...observed.again.map(({ total }) => total));
  if ((observed.first?.total ?? 0) < fastest + COLD) {
    // A pause: a worker that is slow once would have been slow at first.
    return [];
  }
  const adds = Math.max(0, ...slow.map(({ total }) => total)) - usual(observed);
  return slow.length > 0
    ? [
        {
          id: 'cold-workers',
          adds,
          found: `${slow.length} of the ${observed.again.length} same requests after the first one were slow, too. Possibly each worker of the server is slow once, or the server reloads.`,
          fix: 'Do the first-use work before the server starts its workers. In development, keep files that the server writes out of the folders that a reloader watches.',
        },
      ]
    : [];
}

function connection(observed: Observed): Change[] {
  const { connection: adds, ahead } = partsOf(observed);
  const { origin, hostname } = new URL(observed.request.url);
  const timing = observed.first?.timing;
  if (timing && isLocal(hostname) && connecting(timing) >= LOCAL_CONNECT) {
    return [
      {
        id: 'address-family',
        adds,
        found: `Opening the connection took ${milliseconds(connecting(timing))}, although the server is on this machine. Possibly ${hostname} is tried over IPv6 first, and the server listens only on IPv4.`,
        fix: 'Use 127.0.0.1 in the URL, or let the server listen on ::1, too.',
      },
    ];
  }
  const crossOrigin = origin !== observed.origin;
  if (adds < NOISE && !(crossOrigin && observed.preflight.length > 0 && ahead >= NOISE)) {
    return [];
  }
  const include = observed.request.credentials === 'include';
  return [
    {
      id: 'cold-connection',
      adds: Math.max(adds, 1),
      found: `The first request opens the connection${adds >= NOISE ? `: ${milliseconds(adds)} for DNS, TCP and TLS` : ''}.`,
      fix: crossOrigin
        ? `Add <link rel="preconnect" href="${origin}"${include ? '' : ' crossorigin'}> to the head of the page.${include ? ' The preflight uses a connection of its own: add the same element with crossorigin, too.' : ''}`
        : 'The page itself comes from this host, so it usually leaves its connection open. Check that the host keeps connections alive.',
    },
  ];
}

function preflight(observed: Observed): Change[] {
  const { first, every } = preflightOf(observed);
  const because = list(observed.preflight);
  if (first >= NOISE || (first > 0 && every < NOISE)) {
    return [
      {
        id: 'preflight',
        adds: first,
        found: `The browser asks the server for permission before the first request to each URL, because of ${because}. That takes about ${milliseconds(first)}.`,
        fix: 'Answer it with Access-Control-Max-Age: 7200, so that browsers remember it for two hours. Or serve the page and the API from one origin, which needs none.',
      },
    ];
  }
  return every >= NOISE
    ? [
        {
          id: 'preflight-every-time',
          adds: every,
          found: `Every request takes ${milliseconds(every)} longer than a simple one. Possibly the browser asks for permission each time, because of ${because}.`,
          fix: 'Check that the answer to OPTIONS has an Access-Control-Max-Age above 0, and that “Disable cache” of the developer tools is off. Use 7200.',
        },
      ]
    : [];
}

function newUrl(observed: Observed): Change[] {
  const { url: adds } = partsOf(observed);
  return adds >= NOISE
    ? [
        {
          id: 'cold-url',
          adds,
          found: `A URL that was not requested before takes ${milliseconds(adds)} longer the first time, and is fast the second time.`,
          fix: 'Look for work that the server does once for each URL: a cache that is filled, a template, or a route that a development server compiles. Do it in advance.',
        },
      ]
    : [];
}

function rest(observed: Observed): Change[] {
  const [rested] = observed.rests;
  if (!rested) {
    return [];
  }
  const { reopening, preflight: asking } = restsCost(observed);
  const { timing } = rested.simple ?? rested.same;
  // On an open connection, browsers repeat the start of the request. A connection on this machine can take less than their clock shows.
  const reopened = timing !== undefined && timing.connectEnd > (timing.fetchStart ?? timing.startTime);
  const after = `After ${rested.seconds} seconds without a request, one took ${milliseconds(reopening)} longer`;
  const fix = "Raise the server's keep-alive time, for example to 65 seconds.";
  const changed: Change[] = [];
  if (reopened) {
    changed.push({
      id: 'connection-closed',
      adds: reopening,
      found: `${after}. The server had closed the connection.`,
      fix,
    });
  } else if (reopening >= NOISE) {
    changed.push({
      id: 'cold-after-rest',
      adds: reopening,
      found: timing
        ? `${after}, on the same connection: something in the server had gone to sleep.`
        : `${after}. The server had closed the connection, or something in it had gone to sleep.`,
      fix: `${timing ? '' : `${fix} `}Look for database connections or instances that end when they are idle.`,
    });
  }
  if (asking >= NOISE) {
    changed.push({
      id: 'preflight-again',
      adds: asking,
      found: `After ${rested.seconds} seconds, the browser asked for permission again, and the request took ${milliseconds(asking)} longer.`,
      fix: 'Answer OPTIONS requests with Access-Control-Max-Age: 7200. Without it, browsers remember the answer for 5 seconds.',
    });
  }
  return changed;
}

function always(observed: Observed): Change[] {
  const normal = usual(observed);
  const same = observed.first && Math.abs(observed.first.total - normal) < COLD;
  return normal >= SLOW && same
    ? [
        {
          id: 'slow-always',
          adds: normal,
          found: `Every request takes about ${milliseconds(normal)}, not only the first one.`,
          fix: 'Look at what the server does in each request, and at the distance to it.',
        },
      ]
    : [];
}
