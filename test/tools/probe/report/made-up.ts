import type { Exchange, Measurements, Run } from '../../../../tools/probe/measurements';
import { emptyMeasurements } from '../../../../tools/probe/measurements';
import type { Report } from '../../../../tools/probe/report/report';

/** One exchange that took this long, in milliseconds. */
export function exchange(ms: number, more: Partial<Exchange> = {}): Exchange {
  return { at: 12.5, ms, opening: 0, status: 200, closed: false, pause: 0, ...more };
}

function run(first: number, second: number, url?: number): Run {
  return {
    tcp: 0.3,
    first: exchange(first),
    second: exchange(second),
    ...(url !== undefined && { otherUrl: [exchange(url), exchange(second)] }),
  };
}

function measured(more: Partial<Measurements>): Measurements {
  return {
    ...emptyMeasurements(),
    name: { host: 'localhost', source: 'localhost', ms: 0, families: [{ family: 4, ms: 0, address: '127.0.0.1' }] },
    families: [{ family: 4, address: '127.0.0.1', outcome: 'connected', ms: 0.3 }],
    ...more,
  };
}

function report(more: Partial<Report>): Report {
  return {
    answer: 'Your first request took 1.4 ms, the second 1.1 ms. Nothing delays the first.',
    exitCode: 0,
    causes: [],
    undecided: [],
    notMeasured: [],
    request: { method: 'GET', url: 'http://localhost:8000/items' },
    measuredAt: '2026-11-28T05:38:14.000Z',
    waterfall: { first: [], second: [] },
    measurements: emptyMeasurements(),
    ...more,
  };
}

const WARM = [run(1.4, 1.1, 1.3), run(1.2, 1, 1.2), run(1.6, 1.3, 1.1), run(1.1, 0.9, 1.4), run(1.3, 1.2, 1.2)];
const BURST = [1.4, 1.5, 2.2, 2.4, 2.9, 3.1, 3.3, 3.8].map((ms) => exchange(ms));

export const HEALTHY = report({
  waterfall: {
    first: [
      { name: 'TCP', ms: 0.3 },
      { name: 'server', ms: 1.4 },
    ],
    second: [{ name: 'server', ms: 1.1 }],
  },
  measurements: measured({ runs: [run(2.4, 1.1), ...WARM], bursts: [BURST, BURST] }),
});

export const COLD = report({
  answer:
    'Your first request took 1,254 ms, the second 52 ms. 1,150 ms of the difference belong to the process: it was cold.',
  exitCode: 1,
  framework: { name: 'FastAPI', server: 'uvicorn' },
  request: { method: 'POST', url: 'https://api.example.com/items?limit=10', origin: 'https://app.example.com' },
  causes: [
    {
      id: 'cold-process',
      adds: 1150,
      to: 'first request',
      because: 'the process: it was cold',
      fault: true,
      found: 'The very first response took 1,202 ms. The first responses on 8 later connections took 49 to 55 ms.',
      fix: 'Do the first work at start, before the server listens. FastAPI: import at the top of the module, and run one real query in `lifespan`.',
    },
    {
      id: 'cold-connection',
      adds: 51,
      to: 'first request',
      because: 'the connection: it was new',
      fault: false,
      found: 'A TCP connection takes one round trip.',
      fix: 'Open the connection early: `<link rel="preconnect" href="https://api.example.com" crossorigin>`.',
    },
  ],
  notMeasured: [
    {
      what: 'Import, database and compilation inside one cold start',
      check: 'send their times in the header `Server-Timing`',
    },
    { what: 'What an extension or antivirus of your browser adds', check: 'open the page in a private window' },
  ],
  waterfall: {
    first: [
      { name: 'DNS', ms: 12 },
      { name: 'TCP', ms: 51 },
      { name: 'TLS', ms: 58 },
      { name: 'cold process', ms: 1150 },
      { name: 'server', ms: 52 },
    ],
    second: [{ name: 'server', ms: 52 }],
  },
  measurements: measured({
    runs: [run(1202, 52), run(52, 51, 53), run(49, 50, 51), run(55, 52, 50), run(53, 51, 54)],
    bursts: [[55, 56, 58, 61, 63, 66, 70, 72].map((ms) => exchange(ms))],
    rests: [
      { seconds: 1, request: exchange(53) },
      { seconds: 6, closedAfter: 5, request: exchange(52, { opening: 110 }) },
    ],
  }),
});

export const PREFLIGHT = report({
  answer: 'Your first request took 160 ms, the second 53 ms. 54 ms of the difference belong to the preflight.',
  exitCode: 1,
  request: { method: 'POST', url: 'http://127.0.0.1:8000/orders', origin: 'http://127.0.0.1:5500' },
  causes: [
    {
      id: 'preflight',
      adds: 54,
      to: 'first request',
      because: 'the preflight: a browser asks before a JSON POST to another origin, and again after 5 s',
      fault: true,
      found: 'The preflight took 54 ms. Its response has no Access-Control-Max-Age.',
      fix: 'Send `Access-Control-Max-Age: 7200`.',
    },
  ],
  waterfall: {
    first: [
      { name: 'TCP', ms: 52 },
      { name: 'preflight', ms: 54 },
      { name: 'server', ms: 54 },
    ],
    second: [{ name: 'server', ms: 53 }],
  },
  measurements: measured({
    runs: [run(54, 53), run(53, 52, 54), run(55, 53, 53)],
    preflight: { cachedFor: 5, exchanges: [53, 54, 54, 55, 57].map((ms) => exchange(ms, { status: 204 })) },
  }),
});

export const UNDECIDED = report({
  answer:
    'Your first request took 1.4 ms, the second 1.1 ms. Cannot tell if a new process is slow: restart the server.',
  exitCode: 2,
  undecided: [
    {
      question: 'whether the first request of a new process is slow',
      reason: 'the server had answered requests before',
      fix: 'Restart the server, send nothing to it, and run the same command with `--fresh`.',
    },
  ],
  waterfall: HEALTHY.waterfall,
  measurements: HEALTHY.measurements,
});

export const BLOCKED = report({
  answer:
    'Your first request took 1.4 ms, the second 1.1 ms. One frame on the WebSocket delays requests by up to 40 ms: its work blocks the event loop.',
  exitCode: 1,
  framework: { name: 'Express', server: 'Node.js' },
  websocket: 'ws://localhost:3000/chat',
  causes: [
    {
      id: 'frame-blocks-loop',
      adds: 40,
      to: 'request beside sockets',
      because: 'the event loop: a frame blocks it for 40 ms',
      fault: true,
      found:
        'Requests 2, 10, 20 and 35 ms after a frame took 39, 31, 21 and 6 ms. Requests without a frame took 1.1 ms.',
      fix: 'Do the work of a frame outside the event loop. Node.js: `worker_threads`.',
    },
  ],
  waterfall: HEALTHY.waterfall,
  measurements: measured({
    runs: [run(2.4, 1.1), ...WARM],
    handshakes: [{ tcp: 0.2, upgrade: 1.8 }],
    impulses: [
      {
        kind: 'frame',
        frame: '{"type":"typing"}',
        quiet: [1.1, 1, 0.9, 1.2, 1.1],
        after: [
          { offset: 2, ms: [39, 38.4, 39.5, 40.1, 39] },
          { offset: 10, ms: [31, 30.2, 31.4, 32, 30.8] },
          { offset: 20, ms: [21, 20.7, 21.5, 20.9, 21.2] },
          { offset: 35, ms: [6, 5.9, 6.4, 6.1, 7] },
        ],
        sent: 60,
        answered: 60,
      },
    ],
    storm: {
      sockets: { requested: 20, opened: 20 },
      rounds: Array.from({ length: 7 }, (_, round) => ({
        idle: Array.from({ length: 30 }, (_each, index) => 1 + ((index * 7 + round) % 10) / 10),
        loaded: Array.from({ length: 30 }, (_each, index) => 2 + ((index * 13 + round * 5) % 40)),
      })),
      frames: { sent: 140, received: 140 },
      dropped: [],
      silent: 0,
      failures: [],
      pause: 0,
    },
  }),
});

/** Text that a server, a page or the user can choose, in every place of a report. */
export function withText(text: string): Report {
  return report({
    answer: text,
    request: { method: text, url: text, origin: text },
    websocket: text,
    measuredAt: text,
    causes: [{ id: 'preflight', adds: 1, to: 'first request', because: text, fault: true, found: text, fix: text }],
    undecided: [{ question: text, reason: text, fix: text }],
    notMeasured: [{ what: text, check: text }],
    waterfall: HEALTHY.waterfall,
    measurements: measured({
      page: { url: text, liveReload: { name: text, socket: text } },
      redirects: [{ from: text, to: text, status: 301, ms: 1 }],
      runs: [{ tcp: 1, first: exchange(1, { serverTiming: { [text]: 1 }, failure: text }), second: exchange(1) }],
      tls: { protocol: text, alpn: text, names: text, expires: text, resumes: true },
      impulses: [{ kind: 'frame', frame: text, quiet: [1], after: [], sent: 1, answered: 0, dropped: text }],
      held: [
        { kind: 'socket', requested: 1, opened: 1, dropped: 0, ms: [1], failures: [text], stalled: 0, released: 0 },
      ],
    }),
  });
}
