import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type CanaryReport, type CanaryTarget, CHECKS, MEASUREMENTS } from '../../../lambda/canary/canary';
import { CheckFailure } from '../../../lambda/canary/check-failure';
import { LIMITS, type Limits, limitsWith, REQUESTS_OF_RUN } from '../../../lambda/canary/limits';
import { runCanary } from '../../../lambda/canary/run-canary';
import { type FakeLanes, fakeLanes, type Faults, TOKEN } from './fake-lanes';

/** Milliseconds of a limit that a test exceeds. Steps that work take some milliseconds each. */
const SHORT = 1000;

/** Outcome of each check in short: `+` passed, `-` failed, `.` not tried. In the order of {@link CHECKS}. */
const outcomesOf = ({ checks }: CanaryReport): string =>
  CHECKS.map((check) => ({ passed: '+', failed: '-', notTried: '.' })[checks[check].outcome]).join('');

/** Reasons of failures, with the addresses of lanes as `http` and `ws`. */
const reasonsOf = ({ checks }: CanaryReport, { httpUrl, webSocketUrl }: CanaryTarget): string[] =>
  CHECKS.flatMap((check) => {
    const result = checks[check];
    return result.outcome === 'failed' ? [result.reason.replace(httpUrl, '{http}').replace(webSocketUrl, '{ws}')] : [];
  });

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function lanesWith(faults: Faults, ticketed = true): Promise<FakeLanes> {
  const lanes = await fakeLanes(faults, ticketed);
  cleanUps.push(lanes.close);
  return lanes;
}

interface Run {
  readonly lanes: FakeLanes;
  readonly target?: Partial<CanaryTarget>;
  readonly limits?: Partial<Limits>;
  readonly signIn?: () => Promise<string | undefined>;
}

/** Runs the canary. Also checks what is true for every run: no secret is in the report, and no connection stays open. */
async function run({ lanes, target = {}, limits = {}, signIn = async () => TOKEN }: Run) {
  const whole = { ...lanes.target, ...target };
  const report = await runCanary(whole, signIn, { ...LIMITS, ...limits });
  await lanes.allClosed();
  const text = JSON.stringify(report);
  expect(lanes.issued.filter((secret) => text.includes(secret))).toEqual([]);
  return { report, outcomes: outcomesOf(report), reasons: reasonsOf(report, whole) };
}

/** A server that accepts connections and never answers. */
async function blackHole(): Promise<number> {
  const server = createServer((socket) => {
    cleanUps.push(async () => socket.destroy());
  });
  const port = await portOf(server);
  cleanUps.push(async () => server.close());
  return port;
}

/** @returns a port on which nothing listens */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('all checks pass, and all measurements have values, if both lanes work', async () => {
  const { outcomes, report } = await run({ lanes: await lanesWith({}) });
  expect(outcomes).toBe('++++');
  expect(Object.keys(report.measurements).sort()).toEqual(Object.keys(MEASUREMENTS).sort());
  const { firstRequest = 0, secondRequest = 0, firstRequestRatio } = report.measurements;
  expect(Object.values(report.measurements).filter((value) => !(value > 0))).toEqual([]);
  expect(firstRequestRatio).toBeCloseTo(firstRequest / secondRequest);
});

test('all checks pass with a URL that ends with a slash', async () => {
  const lanes = await lanesWith({});
  const { outcomes } = await run({ lanes, target: { httpUrl: `${lanes.target.httpUrl}/` } });
  expect(outcomes).toBe('++++');
});

test('all checks pass without authentication, and no ticket is requested', async () => {
  const lanes = await lanesWith({}, false);
  const { outcomes, report } = await run({ lanes, signIn: async () => undefined });
  expect(outcomes).toBe('++++');
  expect(Object.keys(report.measurements)).toHaveLength(Object.keys(MEASUREMENTS).length);
  expect(lanes.requests.filter((request) => request.includes('tickets'))).toEqual([]);
});

/** Faults with the outcomes of all checks and the reasons. The last column has the limit that the fault exceeds. */
type Case = [fault: string, faults: Faults, outcomes: string, reasons: string[], exceeded?: keyof Limits];

const CASES: Case[] = [
  ['/health answers with 503', { health: 503 }, '+-+.', ['GET {http}/health: answered 503 instead of 200']],
  ['/health redirects', { health: 301 }, '+-+.', ['GET {http}/health: answered 301 instead of 200']],
  [
    'another server answers with a page',
    { health: 'page' },
    '+-+.',
    ['GET {http}/health: answered 200 without the status ok of the lane'],
  ],
  ['/health hangs', { health: 'hangs' }, '+-+.', ['GET {http}/health: no answer within 1 s'], 'request'],
  [
    'all requests together take too long',
    { health: 'hangs' },
    '+-+.',
    ['GET {http}/health: no answer within 1 s'],
    'http',
  ],
  ['the ticket is refused with 401', { tickets: 401 }, '-++.', ['POST {http}/v1/tickets: refused the token with 401']],
  ['the ticket is refused with 403', { tickets: 403 }, '-++.', ['POST {http}/v1/tickets: refused the token with 403']],
  [
    'a firewall blocks the request for the ticket',
    { tickets: 'blocked' },
    '+-+.',
    ['POST {http}/v1/tickets: answered 403 instead of 201'],
  ],
  [
    'the ticket is refused with 429',
    { tickets: 429 },
    '+-+.',
    ['POST {http}/v1/tickets: refused with 429, because of a rate limit'],
  ],
  ['the ticket is refused with 503', { tickets: 503 }, '+-+.', ['POST {http}/v1/tickets: answered 503 instead of 201']],
  ['the ticket hangs', { tickets: 'hangs' }, '+-+.', ['POST {http}/v1/tickets: no answer within 1 s'], 'request'],
  ['the ticket has another status', { tickets: 200 }, '+-+.', ['POST {http}/v1/tickets: answered 200 instead of 201']],
  ['no ticket is in the response', { tickets: 'none' }, '+-+.', ['POST {http}/v1/tickets: answered without a ticket']],
  [
    'the response with the ticket is not JSON',
    { tickets: 'no JSON' },
    '+-+.',
    ['POST {http}/v1/tickets: answered without a ticket'],
  ],
  [
    '/health answers only some requests',
    { laterHealth: { after: 10, answer: 503 } },
    '+-+.',
    ['GET {http}/health: answered 503 instead of 200'],
  ],
  [
    '/health is refused with 429 from the first request on',
    { health: 429 },
    '+-+.',
    ['GET {http}/health: refused with 429, because of a rate limit'],
  ],
  [
    'a response ends early',
    { laterHealth: { after: 0, answer: 'cut' } },
    '+-+.',
    ['GET {http}/health: connection closed before a complete answer (ECONNRESET)'],
  ],
  [
    'a response is too long',
    { laterHealth: { after: 0, answer: 'huge' } },
    '+-+.',
    ['GET {http}/health: a response of more than 65536 bytes'],
  ],
  [
    '/health hangs while sockets are open',
    { healthBesideSockets: 'hangs' },
    '+-++',
    ['GET {http}/health: no answer within 1 s'],
    'request',
  ],
  ['the handshake is refused with 401', { handshake: 401 }, '++-.', ['WebSocket {ws}: refused the handshake with 401']],
  [
    'the handshake is refused, and its connection stays open',
    { handshake: 401, keepsRefused: true },
    '++-.',
    ['WebSocket {ws}: refused the handshake with 401'],
  ],
  ['the handshake is refused with 403', { handshake: 403 }, '++-.', ['WebSocket {ws}: refused the handshake with 403']],
  ['the handshake is refused with 503', { handshake: 503 }, '++-.', ['WebSocket {ws}: refused the handshake with 503']],
  ['the handshake hangs', { handshake: 'hangs' }, '++-.', ['WebSocket {ws}: no answer within 1 s'], 'webSocket'],
  [
    'the handshake is answered without a subprotocol',
    { subprotocol: 'none' },
    '++-.',
    ['WebSocket {ws}: answered the handshake with an invalid response'],
  ],
  [
    'the handshake selects the ticket as the subprotocol',
    { subprotocol: 'another' },
    '++-.',
    ['WebSocket {ws}: did not select the subprotocol twinlane.v1'],
  ],
  [
    'the socket closes before the pong',
    { ping: 'closes' },
    '++-.',
    ['WebSocket {ws}: closed with code 1011 before the answer of a ping'],
  ],
  [
    'no pong arrives',
    { ping: 'hangs' },
    '++-.',
    ['WebSocket {ws}: the answer of a ping: no answer within 1 s'],
    'webSocket',
  ],
  [
    'the function of a ping fails',
    { ping: 'failed' },
    '++-.',
    ['WebSocket {ws}: the answer of a ping: no answer within 1 s'],
    'webSocket',
  ],
  ['other frames arrive before the pong', { ping: 'other frames first' }, '++++', []],
  ['a ping is refused', { ping: 'refuses' }, '++-.', ['A frame was answered with forbidden instead of pong']],
  [
    'a subscription is refused',
    { subscribe: 'refuses' },
    '+++-',
    ['A frame was answered with forbidden instead of subscribed'],
  ],
  [
    'a subscription is not answered',
    { subscribe: 'hangs' },
    '+++-',
    ['WebSocket {ws}: the answer of a subscribe: no answer within 1 s'],
    'delivery',
  ],
  [
    'no message arrives',
    { push: 'never' },
    '+++-',
    ['WebSocket {ws}: the first message, which has a hint: no answer within 1 s'],
    'push',
  ],
  [
    'the message that only the stream has does not arrive',
    { push: 'first only' },
    '+++-',
    ['WebSocket {ws}: the second message, which is only in the stream: no answer within 1 s'],
    'push',
  ],
  [
    'the message that a hint announces does not arrive',
    { push: 'second only' },
    '+++-',
    ['WebSocket {ws}: the first message, which has a hint: no answer within 1 s'],
    'push',
  ],
  [
    'the socket closes before the message arrives',
    { push: 'closes' },
    '+++-',
    ['WebSocket {ws}: closed with code 1001 before the first message, which has a hint'],
  ],
  ...(['another only', 'others in a frame of several'] as const).map((push): Case => [
    `only messages of other runs arrive: ${push}`,
    { push },
    '+++-',
    ['WebSocket {ws}: the first message, which has a hint: no answer within 1 s'],
    'push',
  ]),
  ['the message of another run arrives first', { push: 'another first' }, '++++', []],
  ['the message arrives in a frame of several', { push: 'in a frame of several' }, '++++', []],
  [
    'the publish is refused with 503',
    { publish: 503 },
    '+-+.',
    ['POST {http}/v1/topics/canary/messages: answered 503 instead of 201'],
  ],
  [
    'the publish is refused with 403',
    { publish: 403 },
    '-++.',
    ['POST {http}/v1/topics/canary/messages: refused the token with 403'],
  ],
  [
    'the publish is refused with 429',
    { publish: 429 },
    '+-+.',
    ['POST {http}/v1/topics/canary/messages: refused with 429, because of a rate limit'],
  ],
  [
    'the publish hangs',
    { publish: 'hangs' },
    '+-+.',
    ['POST {http}/v1/topics/canary/messages: no answer within 1 s'],
    'request',
  ],
];

test.each<Case>(CASES)('if %s, exactly the right checks fail, with the reason', async (...row) => {
  const [, faults, outcomes, reasons, limit] = row;
  const result = await run({ lanes: await lanesWith(faults), limits: limit ? { [limit]: SHORT } : {} });
  expect(result).toMatchObject({ outcomes, reasons });
});

test('a check that was not tried names the checks that failed', async () => {
  const { report } = await run({ lanes: await lanesWith({ health: 503, handshake: 503 }) });
  expect(report.checks.delivery).toEqual({
    outcome: 'notTried',
    because: 'the HTTP lane and the WebSocket lane failed',
  });
});

describe('a lane that cannot be reached', () => {
  test('fails only the check of HTTP if it is the HTTP lane, because the other lane answers a handshake without a ticket', async () => {
    const httpUrl = `http://127.0.0.1:${await closedPort()}`;
    const { outcomes, reasons } = await run({ lanes: await lanesWith({}), target: { httpUrl } });
    expect(outcomes).toBe('+-+.');
    expect(reasons).toEqual(['GET {http}/health: connection refused (ECONNREFUSED)']);
  });

  test('fails only the check of HTTP if it accepts connections and never answers', async () => {
    const httpUrl = `http://127.0.0.1:${await blackHole()}`;
    const { outcomes, reasons } = await run({
      lanes: await lanesWith({}),
      target: { httpUrl },
      limits: { request: SHORT },
    });
    expect({ outcomes, reasons }).toEqual({ outcomes: '+-+.', reasons: ['GET {http}/health: no answer within 1 s'] });
  });

  test('fails only the check of WebSocket if it is the WebSocket lane', async () => {
    const webSocketUrl = `ws://127.0.0.1:${await closedPort()}`;
    const { outcomes, reasons } = await run({ lanes: await lanesWith({}), target: { webSocketUrl } });
    expect({ outcomes, reasons }).toEqual({
      outcomes: '++-.',
      reasons: ['WebSocket {ws}: connection refused (ECONNREFUSED)'],
    });
  });

  test('fails only the check of WebSocket if it accepts connections and never answers', async () => {
    const webSocketUrl = `ws://127.0.0.1:${await blackHole()}`;
    const { outcomes, reasons } = await run({
      lanes: await lanesWith({}),
      target: { webSocketUrl },
      limits: { webSocket: SHORT },
    });
    expect({ outcomes, reasons }).toEqual({ outcomes: '++-.', reasons: ['WebSocket {ws}: no answer within 1 s'] });
  });

  test('fails both checks if neither lane answers, and the run ends', async () => {
    const lanes = await lanesWith({});
    const target = {
      httpUrl: `http://127.0.0.1:${await blackHole()}`,
      webSocketUrl: `ws://127.0.0.1:${await blackHole()}`,
    };
    const { outcomes } = await run({ lanes, target, limits: { request: SHORT, webSocket: SHORT } });
    expect(outcomes).toBe('+--.');
  });

  test.each([403, 404, 429, 500, 503])(
    'fails both checks if HTTP is cut and the handshake without a ticket is answered with %i',
    async (handshake) => {
      const { outcomes, reasons } = await run({ lanes: await lanesWith({ health: 503, handshake }) });
      expect(outcomes).toBe('+--.');
      expect(reasons[1]).toBe(`WebSocket {ws}: answered a handshake without a ticket with ${handshake} instead of 401`);
    },
  );

  test('fails both checks if HTTP is cut and the other lane accepts a handshake without the ticket that it must require', async () => {
    const { outcomes, reasons } = await run({ lanes: await lanesWith({ health: 503, open: true }) });
    expect(outcomes).toBe('+--.');
    expect(reasons[1]).toBe('WebSocket {ws}: answered a handshake without a ticket with 101 instead of 401');
  });

  test('is reported with the URL, without its query', async () => {
    const target = { httpUrl: 'not a URL?key=secret', webSocketUrl: 'neither?key=secret' };
    const { outcomes, report } = await run({ lanes: await lanesWith({}), target });
    expect(outcomes).toBe('+--.');
    expect(JSON.stringify(report)).not.toContain('key');
    expect(reasonsOf(report, target)).toEqual([
      'GET not a URL: invalid URL (ERR_INVALID_URL)',
      'WebSocket neither: invalid URL',
    ]);
  });
});

describe('the sign-in', () => {
  test('fails alone if it throws, and the message of an unknown error is not in the report', async () => {
    const { outcomes, reasons } = await run({
      lanes: await lanesWith({}),
      signIn: () => Promise.reject(new TypeError(`Wrong password: ${TOKEN}`)),
    });
    expect({ outcomes, reasons }).toEqual({ outcomes: '-++.', reasons: ['TypeError'] });
  });

  test('fails with the reason that it gives', async () => {
    const signIn = () => Promise.reject(new CheckFailure('The user pool refuses the user'));
    const { outcomes, reasons } = await run({ lanes: await lanesWith({}), signIn });
    expect({ outcomes, reasons }).toEqual({ outcomes: '-++.', reasons: ['The user pool refuses the user'] });
  });

  test('fails alone if it never ends', async () => {
    const { outcomes, reasons } = await run({
      lanes: await lanesWith({}),
      signIn: () => new Promise(() => undefined),
      limits: { signIn: 50 },
    });
    expect({ outcomes, reasons }).toEqual({ outcomes: '-++.', reasons: ['no answer within 0.05 s'] });
  });

  test('fails if it gives a token that the HTTP lane refuses', async () => {
    const { outcomes } = await run({ lanes: await lanesWith({}), signIn: async () => 'another token' });
    expect(outcomes).toBe('-++.');
  });

  test('of an app without authentication fails if a publish requires a token', async () => {
    const { outcomes } = await run({ lanes: await lanesWith({ publish: 401 }, false), signIn: async () => undefined });
    expect(outcomes).toBe('-++.');
  });
});

describe('without authentication', () => {
  const signIn = async () => undefined;

  test('a handshake that is refused with 401 fails the check of WebSocket', async () => {
    const { outcomes } = await run({ lanes: await lanesWith({ handshake: 401 }, false), signIn });
    expect(outcomes).toBe('++-.');
  });

  test('a cut HTTP lane does not hide that a handshake is refused with 401', async () => {
    const { outcomes } = await run({ lanes: await lanesWith({ health: 503, handshake: 401 }, false), signIn });
    expect(outcomes).toBe('+--.');
  });

  test('a cut HTTP lane does not hide that a ping of the other lane is not answered', async () => {
    const lanes = await lanesWith({ health: 503, ping: 'closes' }, false);
    const { outcomes } = await run({ lanes, signIn });
    expect(outcomes).toBe('+--.');
  });
});

describe('measurements', () => {
  test('beside sockets are higher if sockets slow requests down', async () => {
    const { report } = await run({ lanes: await lanesWith({ slowBesideSockets: 50 }) });
    expect(report.measurements.besideSocketsRatio).toBeGreaterThan(1.5);
  });

  test.each<[string, Faults]>([
    ['tickets', { mostTickets: 1 }],
    ['connections', { mostSockets: 3 }],
    ['requests before the first socket', { laterHealth: { after: 10, answer: 429 } }],
    ['requests in all', { laterHealth: { after: 50, answer: 429 } }],
  ])('beside sockets are absent if a subject can have fewer %s, and no check fails', async (_, faults) => {
    const { outcomes, report } = await run({ lanes: await lanesWith(faults) });
    expect(outcomes).toBe('++++');
    expect(report.measurements).not.toHaveProperty('besideSocketsRatio');
    expect(report.measurements).toHaveProperty('publishToPush');
  });

  test.each<[string, Partial<Limits>]>([
    ['before the first socket', { http: 2 * LIMITS.request + 50 }],
    ['without sockets', { besideSockets: LIMITS.request + 50 }],
    ['beside sockets', { besideSockets: LIMITS.request + 700 }],
  ])('of a slow lane end early %s, and no check fails', async (_, limits) => {
    const lanes = await lanesWith({ slow: 20 });
    const { outcomes, report } = await run({ lanes, limits });
    expect(outcomes).toBe('++++');
    expect(Object.keys(report.measurements)).toEqual(expect.arrayContaining(['firstRequest', 'publishToPush']));
    const complete = lanes.requests.filter((request) => request === 'GET /health').length === 62;
    expect([complete, 'besideSocketsRatio' in report.measurements]).toEqual([
      false,
      limits.besideSockets === undefined,
    ]);
  });

  test.each([503, 'hangs'] as const)(
    'beside sockets are absent if only the first handshake works, and no check fails: %p',
    async (laterHandshakes) => {
      const { outcomes, report } = await run({
        lanes: await lanesWith({ laterHandshakes }),
        limits: { request: SHORT },
      });
      expect(outcomes).toBe('++++');
      expect(report.measurements).not.toHaveProperty('besideSocketsRatio');
    },
  );

  test('beside sockets are absent if a connection takes 1.6 s, and no check fails', async () => {
    const lanes = await lanesWith({ slowHandshakes: 1600 });
    const { outcomes, report } = await run({ lanes, limits: { besideSockets: 1000, request: 900 } });
    expect(outcomes).toBe('++++');
    expect(report.measurements).not.toHaveProperty('besideSocketsRatio');
  });

  test('beside sockets are absent if a ticket takes the rest of their time, and no check fails', async () => {
    const lanes = await lanesWith({ slowTickets: 800, laterHandshakes: 'hangs' });
    const { outcomes, report } = await run({ lanes, limits: { besideSockets: 1700, request: 1000 } });
    expect(outcomes).toBe('++++');
    expect(report.measurements).not.toHaveProperty('besideSocketsRatio');
  });

  test('beside sockets are absent if the handshakes take too long together, and no check fails', async () => {
    const lanes = await lanesWith({ slowHandshakes: 300 });
    const { outcomes, report } = await run({ lanes, limits: { besideSockets: LIMITS.request + 500 } });
    expect(outcomes).toBe('++++');
    expect(report.measurements).not.toHaveProperty('besideSocketsRatio');
    expect(lanes.requests.filter((request) => request.includes('tickets')).length).toBeLessThan(6);
  });

  test('of the second request are absent if the server closed the connection after the first one', async () => {
    const { outcomes, report } = await run({ lanes: await lanesWith({ connection: 'closes' }) });
    expect(outcomes).toBe('++++');
    expect(Object.keys(report.measurements).sort()).toEqual(['besideSocketsRatio', 'firstRequest', 'publishToPush']);
  });

  test('of the second request are absent if the server cut the connection, and the request is sent again', async () => {
    const { outcomes, report } = await run({ lanes: await lanesWith({ connection: 'cuts' }) });
    expect(outcomes).toBe('++++');
    expect(report.measurements).not.toHaveProperty('secondRequest');
  });
});

test('a run whose checks pass sends the number of requests that settings compare with rate limits', async () => {
  const lanes = await lanesWith({});
  await run({ lanes });
  expect(lanes.requests.length + lanes.handshakes()).toBe(REQUESTS_OF_RUN);
});

test('three requests that are as slow as one can be do not use up the time of the HTTP lane, because a check fails only for one request', () => {
  expect(LIMITS.http).toBeGreaterThan(3 * LIMITS.request);
});

test('messages have more time if the stream waits for others', () => {
  expect(limitsWith(20)).toEqual({ ...LIMITS, delivery: LIMITS.delivery + 20_000, push: LIMITS.push + 20_000 });
});

test('the limits of the steps together are shorter than the shortest timeout of a run, which is 60 s', () => {
  const { signIn, http, webSocket, delivery, besideSockets, close } = LIMITS;
  // The socket of the check is closed before the last measurement, and the others at the end.
  const longest = signIn + http + webSocket + delivery + besideSockets + 2 * close;
  expect(longest).toBeLessThanOrEqual(58_000);
});
