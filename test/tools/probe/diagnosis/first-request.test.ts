import type { Exchange, Reach } from '../../../../tools/probe/measurements';
import { diagnosis, exchange, faults, measured, plan, run } from './made-up';

const WARM = [1, 1, 1, 1] as const;

/** Milliseconds that the report says for the cause. */
function addsOf(report: ReturnType<typeof diagnosis>, id: string): number {
  return Math.round(report.causes.find((cause) => cause.id === id)?.adds ?? Number.NaN);
}

test('a server that is fast at once has no fault', () => {
  const report = diagnosis(measured([9, 1], WARM));

  expect({ faults: faults(report), undecided: report.undecided, exitCode: report.exitCode }).toEqual({
    faults: [],
    undecided: [],
    exitCode: 0,
  });
  expect(report.answer).toBe('Your first request took 9.3 ms, the second 1.0 ms. That is no noticeable difference.');
});

test('a first request that no later one repeats belongs to the process', () => {
  const report = diagnosis(measured([1200, 50], [50, 50, 50, 50]));

  expect(faults(report)).toEqual(['cold-process']);
  expect(report.answer).toMatch(
    /^Your first request took 1,200 ms, the second 50 ms\. 1,14\d ms of the difference belong to the process: it was cold\.$/,
  );
});

test('a cold process is not seen if the process may have answered requests before, and that is no good news', () => {
  const report = diagnosis(measured([9, 1], WARM), plan({ fresh: false }));

  expect({ faults: faults(report), exitCode: report.exitCode }).toEqual({ faults: [], exitCode: 2 });
  expect(report.answer).toMatch(
    /Cannot tell whether the first request of a new process is slow: the process may have answered other requests before\.$/,
  );
});

test('a process that was seen cold needs no knowledge that it was fresh', () => {
  const report = diagnosis(measured([400, 1], WARM), plan({ fresh: false }));

  expect({ faults: faults(report), undecided: report.undecided }).toEqual({ faults: ['cold-process'], undecided: [] });
});

test('a difference below 100 ms is not attributed to the process, because it is seen only once', () => {
  expect(faults(diagnosis(measured([99, 1], WARM)))).toEqual([]);
});

test('time that returns with each new connection belongs to the connection', () => {
  const report = diagnosis(measured([260, 2], [252, 1, 1, 1]));

  expect(faults(report)).toEqual(['slow-connection']);
  expect(addsOf(report, 'slow-connection')).toBeGreaterThan(245);
});

test('time that returns with each new URL belongs to the URL', () => {
  const report = diagnosis(measured([307, 1], [1, 1, 301, 1]));

  expect(faults(report)).toEqual(['cold-url']);
});

test('a cold process and a slow URL are separated by subtraction', () => {
  const report = diagnosis(measured([537, 1], [1, 1, 302, 1]));

  expect(faults(report)).toEqual(['cold-url', 'cold-process']);
  expect(addsOf(report, 'cold-process')).toBeLessThan(236);
  expect(addsOf(report, 'cold-process')).toBeGreaterThan(200);
});

test('a cold process and slow connections are separated by subtraction', () => {
  const report = diagnosis(measured([602, 1], [252, 1, 1, 1]));

  expect(faults(report)).toEqual(['cold-process', 'slow-connection']);
});

test('a slow URL is not taken for a cold process', () => {
  expect(faults(diagnosis(measured([310, 1], [1, 1, 301, 1])))).not.toContain('cold-process');
});

test('requests that were as slow as the first, and then none, belong to the workers', () => {
  const found = measured([342, 1], WARM);
  found.runs[2] = run([330, 1, 1, 1]);
  found.runs[3] = run([1, 351, 1, 1]);

  const report = diagnosis(found);

  expect(faults(report)).toEqual(['cold-workers']);
  expect(report.causes[0]?.found).toMatch(/^3 of the first requests took about 34\d ms longer/);
});

test('workers that only a burst reaches are found, too', () => {
  const bursts = [[1, 400, 420, 1].map((ms) => exchange(ms)), [2, 3, 2, 3].map((ms) => exchange(ms))];

  expect(faults(diagnosis(measured([405, 1], WARM, { bursts })))).toEqual(['cold-workers']);
});

test('bursts that wait in line, the second as long as the first, show no cold workers', () => {
  const burst = [120, 240, 360, 480].map((ms) => exchange(ms));

  expect(faults(diagnosis(measured([121, 120], [120, 120, 120, 120], { bursts: [burst, burst] })))).toEqual([
    'slow-handler',
  ]);
});

test('requests that are slow without a pattern hide what the first one shows', () => {
  const found = measured([342, 1], WARM);
  found.runs[7] = run([316, 1, 1, 1]);
  found.runs[8] = run([1, 580, 1, 1]);

  const report = diagnosis(found);

  expect({ faults: faults(report), exitCode: report.exitCode }).toEqual({ faults: [], exitCode: 2 });
  expect(report.undecided[0]?.reason).toBe('2 of the requests in 9 runs were slow, without a pattern');
});

test('one slow request among the last ones does not hide a cold process', () => {
  const found = measured([342, 1], WARM);
  found.runs[7] = run([316, 1, 1, 1]);

  expect(faults(diagnosis(found))).toEqual(['cold-process']);
});

test('a pause of the probe during the very first request can hide a cold process', () => {
  const found = measured([1, 1], WARM);
  found.runs[0] = run([20, 1], { first: exchange(20, { pause: 150 }) });

  const report = diagnosis(found);

  expect(report.exitCode).toBe(2);
  expect(report.undecided[0]?.reason).toBe('the probe itself was paused for 150 ms during the very first request');
});

test('a handler that is always slow is named after the faults of the first request', () => {
  expect(faults(diagnosis(measured([400, 120], [120, 120, 120, 120])))).toEqual(['cold-process', 'slow-handler']);
});

test('a slow handler far away is charged without the round trip', () => {
  const found = measured([120, 120], [120, 120, 120, 120]);
  const far = { ...found, runs: found.runs.map((one) => ({ ...one, tcp: 110 })) };

  expect(faults(diagnosis(far))).toEqual([]);
});

test('a server that closes each connection is named, and a slow handler is not told from a slow connection', () => {
  const found = measured([257, 252], [252, 252, 252, 252]);
  const closing = {
    ...found,
    runs: found.runs.map((one) => ({
      ...one,
      first: { ...one.first, closed: true },
      second: { ...one.second, closed: true, opening: 0.4 },
    })),
  };

  const report = diagnosis(closing);

  expect(faults(report)).toEqual(['connection-closed']);
  expect(report.undecided.map(({ question }) => question)).toEqual([
    expect.stringMatching(/^whether the handler takes 2\d\d ms, or each new connection does$/),
  ]);
});

test('a cold process is found on a server that closes each connection', () => {
  const found = measured([293, 1.3], [1.3, 1.3, 1.3, 1.3]);
  const closing = {
    ...found,
    runs: found.runs.map((one) => ({ ...one, second: { ...one.second, opening: 0.4 } })),
  };

  expect(faults(diagnosis(closing))).toEqual(['cold-process', 'connection-closed']);
});

test('a request that is slow after a rest, on a connection that is still open, belongs to the rest', () => {
  const rests = [
    { seconds: 1, request: exchange(1) },
    { seconds: 6, request: exchange(320) },
    { seconds: 15, request: exchange(330) },
  ];

  const report = diagnosis(measured([9, 1], WARM, { rests }));

  expect(faults(report)).toEqual(['cold-after-rest']);
  expect(report.causes[0]?.because).toBe('the rest: after 6 s without requests, something was cold again');
});

test('a request that is slow after a rest once, and fast when the rest is repeated, decides nothing', () => {
  const rests = [
    { seconds: 6, request: exchange(320) },
    { seconds: 6, request: exchange(1) },
  ];

  const report = diagnosis(measured([9, 1], WARM, { rests }));

  expect({ faults: faults(report), exitCode: report.exitCode }).toEqual({ faults: [], exitCode: 2 });
  expect(report.undecided[0]?.question).toBe('whether a request after a rest of 6 s is slow');
});

test('a request that fails after a rest is no good one', () => {
  const refused = exchange(1, { status: 0, failure: 'It refused the connection.' });
  const rests = [{ seconds: 15, request: refused }];
  const failing = [{ seconds: 15, request: exchange(1, { status: 500 }) }];

  expect(diagnosis(measured([9, 1], WARM, { rests })).exitCode).toBe(2);
  expect(diagnosis(measured([9, 1], WARM, { rests: failing })).exitCode).toBe(2);
});

test('an idle connection that the server closes is no fault, and costs nothing on this machine', () => {
  const rests = [{ seconds: 6, closedAfter: 5, request: exchange(1, { opening: 0.4 }) }];

  expect(diagnosis(measured([9, 1], WARM, { rests })).causes).toEqual([]);
});

test('an idle connection that a far server closes costs a new one', () => {
  const rests = [{ seconds: 6, closedAfter: 5, request: exchange(1, { opening: 110 }) }];

  const report = diagnosis(measured([9, 1], WARM, { rests }));

  expect(report.causes.map(({ id, fault, adds }) => ({ id, fault, adds }))).toEqual([
    { id: 'connection-closed', fault: false, adds: 110 },
  ]);
});

test('the first parts of a cold start are named if the server names them', () => {
  const found = measured([400, 1], WARM);
  found.runs[0] = run([400, 1], { first: exchange(400, { serverTiming: { import: 205, db: 180, total: 0 } }) });

  expect(diagnosis(found).causes[0]?.found).toMatch(/By the header Server-Timing: import 205 ms, db 180 ms\./);
});

const IPV4: Reach = { family: 4, address: '127.0.0.1', outcome: 'connected', ms: 0.3 };

test.each(['refused', 'timeout'] as const)('an IPv6 address whose connections end with %s is a fault', (outcome) => {
  const families: Reach[] = [{ family: 6, address: '::1', outcome, ms: 2000 }, IPV4];

  const report = diagnosis(measured([9, 1], WARM, { families }));

  expect(faults(report)).toEqual(['address-family']);
  expect(report.causes[0]?.adds).toBe(300);
});

test('an IPv6 address to which this machine has no route says nothing about the server', () => {
  const families: Reach[] = [{ family: 6, address: '2001:db8::1', outcome: 'no-route', ms: 0 }, IPV4];

  expect(faults(diagnosis(measured([9, 1], WARM, { families })))).toEqual([]);
});

test.each([
  { ms: 101, fault: true },
  { ms: 99, fault: false },
])('a lookup of $ms ms is a fault: $fault', ({ ms, fault }) => {
  const name = {
    host: 'api.example.com',
    source: 'system',
    ms,
    families: [{ family: 4, ms, address: '192.0.2.1' }],
  } as const;

  const [cause] = diagnosis(measured([9, 1], WARM, { name })).causes;

  expect(cause).toMatchObject({ id: 'dns', adds: ms, fault });
});

test.each([
  { maxAge: undefined, cachedFor: 5, fault: true },
  { maxAge: 0, cachedFor: 0, fault: true },
  { maxAge: 600, cachedFor: 600, fault: false },
])('a preflight that is cached for $cachedFor s is a fault: $fault', ({ maxAge, cachedFor, fault }) => {
  const preflight = { ...(maxAge !== undefined && { maxAge }), cachedFor, exchanges: [exchange(52), exchange(50)] };

  const [cause] = diagnosis(measured([9, 1], WARM, { preflight })).causes;

  expect(cause).toMatchObject({ id: 'preflight', adds: 51, fault });
});

test('a preflight with credentials opens a connection of its own', () => {
  const preflight = { maxAge: 7200, cachedFor: 7200, exchanges: [exchange(52)] };
  const found = measured([9, 1], WARM, { preflight });
  const far = { ...found, runs: found.runs.map((one) => ({ ...one, tcp: 50 })) };

  const report = diagnosis(far, plan({}, { credentials: 'include' }));

  expect(addsOf(report, 'preflight')).toBe(102);
});

test('a server that refuses connections after two of three requests restarts on writes', () => {
  const aftermath = { reloads: [], next: exchange(1) };
  const aftermaths = [
    { ...aftermath, refused: { from: 40, for: 250 } },
    { ...aftermath, refused: { from: 50, for: 240 } },
    aftermath,
  ];

  expect(faults(diagnosis(measured([9, 1], WARM, { aftermaths })))).toEqual(['reload-on-write']);
});

test('a server that restarts after each write is the reason for the cold process, and for that after a rest', () => {
  const aftermath = { reloads: [], refused: { from: 40, for: 250 }, next: exchange(345) };
  const rests = [{ seconds: 6, request: exchange(340) }];
  const found = measured([342, 1], WARM, { aftermaths: [aftermath, aftermath, aftermath], rests });
  found.runs[7] = run([1, 1], { second: exchange(1, { status: 0, failure: 'It refused the connection.' }) });

  const report = diagnosis(found);

  expect({ faults: faults(report), undecided: report.undecided }).toEqual({
    faults: ['reload-on-write', 'cold-process'],
    undecided: [],
  });
  expect(addsOf(report, 'reload-on-write')).toBe(594);
});

test('one reload in three requests can be somebody who saved a file', () => {
  const aftermaths = [
    { reloads: [102], next: exchange(1) },
    { reloads: [], next: exchange(1) },
    { reloads: [], next: exchange(1) },
  ];

  expect(faults(diagnosis(measured([9, 1], WARM, { aftermaths })))).toEqual([]);
});

test('a page of the same origin waits for no connection', () => {
  const found = measured([9, 1], WARM);
  const far = { ...found, runs: found.runs.map((one) => ({ ...one, tcp: 50, tls: 52 })) };

  const report = diagnosis(far, plan({}, { origin: 'https://api.example.com' }));

  expect(report.waterfall.first).toEqual([{ name: 'server', ms: 9 }]);
  expect(report.notMeasured[0]?.what).toMatch(/^pages of other origins, which wait 102 ms longer/);
});

test('requests without a response are not taken for fast ones', () => {
  const found = measured([9, 1], WARM);
  found.runs[4] = run([1, 1], {
    second: exchange(10_000, { status: 0, failure: 'It did not respond within 10000 ms.' }),
  });

  const report = diagnosis(found);

  expect(report.exitCode).toBe(2);
  expect(report.undecided.at(-1)?.reason).toMatch(/^1 of \d+ requests was not answered: It did not respond/);
});

test('a probe that stopped early cannot tell, whatever it found', () => {
  const report = diagnosis(measured([400, 1], WARM), plan(), 'Interrupted.');

  expect({ exitCode: report.exitCode, faults: faults(report) }).toEqual({ exitCode: 2, faults: ['cold-process'] });
  expect(report.answer).toMatch(/^Interrupted\. Your first request took/);
});

test('a cold process that answers the first request with a redirect is found in the redirect', () => {
  const redirect = { from: 'https://api.example.com/items', to: 'https://api.example.com/items/', status: 307 };
  const redirects = [{ ...redirect, ms: 402, again: [2, 2, 2] }];

  const report = diagnosis(measured([3, 1], WARM, { redirects }));

  expect(faults(report)).toEqual(['cold-process', 'redirect']);
  expect(addsOf(report, 'cold-process')).toBeGreaterThan(395);
  expect(report.waterfall.first.map(({ name }) => name)).toEqual(['redirect', 'TCP', 'cold process', 'server']);
});

test('a live-reload server that could not be watched is not taken for one that never reloads', () => {
  const page = { url: 'http://localhost:5500/', unread: 'http://localhost:5500/ was answered 404. Fix: check --page.' };

  const report = diagnosis(measured([9, 1], WARM, { page }));

  expect(report.notMeasured).toContainEqual({
    what: 'reloads of the page after a write',
    check: expect.stringMatching(
      /^http:\/\/localhost:5500\/ was answered 404\. Fix: check --page\. Or look in the Network tab/,
    ),
  });
});

test('a process that refuses its very first request is not ready', () => {
  const found = measured([30, 1], WARM);
  found.runs[0] = run([30, 1], { first: exchange(30, { status: 503 }) });

  const report = diagnosis(found);

  expect({ faults: faults(report), exitCode: report.exitCode }).toEqual({ faults: ['cold-process'], exitCode: 1 });
  expect(report.answer).toBe(
    'Your first request took 30 ms and was answered 503, the second 1.0 ms. Later requests were answered 200: the process was not ready.',
  );
  expect(report.causes[0]?.found).toBe(
    'The very first request was answered 503, and all later ones were answered 200.',
  );
});

test('a server that refuses additional query parameters leaves open if each URL is slow at first', () => {
  const found = measured([9, 1], WARM);
  const refusing = {
    ...found,
    runs: found.runs.map((one) => ({
      ...one,
      ...(one.otherUrl && { otherUrl: [exchange(1, { status: 400 }), exchange(1, { status: 400 })] as const }),
    })),
  };

  expect(diagnosis(refusing).notMeasured.map(({ what }) => what)).toContain(
    'whether each new URL is slow at first: the server answered 400 to an additional query parameter',
  );
});

test('a body that only the very first response sends late belongs to the process', () => {
  const found = measured([9, 1], WARM);
  found.runs[0] = run([9, 1], { first: exchange(9, { transfer: 500 }) });

  const report = diagnosis(found);

  expect(faults(report)).toEqual(['cold-process']);
  expect(addsOf(report, 'cold-process')).toBeGreaterThan(495);
  expect(report.answer).toMatch(/^Your first request took 5\d\d ms, the second 1\.0 ms\. 50\d ms of the difference/);
});

test('a body that is late on every new connection does not belong to the process', () => {
  const found = measured([9, 1], WARM);
  const late = { ...found, runs: found.runs.map((one) => ({ ...one, first: { ...one.first, transfer: 500 } })) };

  expect(faults(diagnosis(late))).toEqual([]);
});

test('a body that is always late is part of the times, and no one can tell from outside why', () => {
  const found = measured([9, 1], WARM);
  const late = (one: Exchange) => ({ ...one, transfer: 300 });
  const report = diagnosis({
    ...found,
    runs: found.runs.map((one) => ({ ...one, first: late(one.first), second: late(one.second) })),
  });

  expect(report.exitCode).toBe(2);
  expect(report.answer).toMatch(
    /^Your first request took 309 ms, the second 301 ms\. .* why the body of each response/,
  );
});

test('requests that fail with a status are not taken for good ones', () => {
  const found = measured([9, 1], WARM);
  found.runs[4] = run([1, 1], { second: exchange(1, { status: 500 }) });

  const report = diagnosis(found);

  expect(report.exitCode).toBe(2);
  expect(report.answer).toMatch(
    /Cannot tell how long each successful request takes: 1 of \d+ requests was answered 500/,
  );
});

test('an expected status is no failure', () => {
  const found = measured([9, 1], WARM);
  const missing = (one: Exchange) => ({ ...one, status: 404 });
  const runs = found.runs.map((one) => ({ ...one, first: missing(one.first), second: missing(one.second) }));

  expect(diagnosis({ ...found, runs }, plan({}, { status: 404 })).exitCode).toBe(0);
});

test('a first request without a response is not called noticeable or not, and has no fix for another problem', () => {
  const found = measured([9, 1], WARM);
  const failure = 'It closed the connection. Fix: use https: in the URL.';
  found.runs[0] = run([9, 1], { first: exchange(9, { status: 0, failure }) });

  expect(diagnosis(found).answer).toBe(
    'Your first request was not answered: It closed the connection. Later requests were answered 200: the process was not ready.',
  );
});

test('a second request that is fast by chance makes no latency of the network', () => {
  const found = measured([118, 1], [60, 60, 60, 60]);

  expect(diagnosis(found).answer).toMatch(
    /^Your first request took 118 ms, the second 1\.0 ms\. Later ones usually take 6\d ms, so the first one is not/,
  );
});

test('a body that is 40 ms late in every response is mentioned, but is no fault', () => {
  const found = measured([9, 1], WARM);
  const late = (one: Exchange) => ({ ...one, transfer: 43 });
  const report = diagnosis({
    ...found,
    runs: found.runs.map((one) => ({ ...one, first: late(one.first), second: late(one.second) })),
  });

  expect(report.exitCode).toBe(0);
  expect(report.waterfall.second.at(-1)).toEqual({ name: 'body', ms: 43 });
  expect(report.notMeasured.find(({ what }) => what.includes('body'))?.check).toMatch(/TCP_NODELAY/);
});

test('the waterfall names a worker if the answer names the workers', () => {
  const found = measured([400, 1], WARM);
  found.runs[2] = run([400, 1, 1, 1]);
  const report = diagnosis(found);

  expect(faults(report)).toEqual(['cold-workers']);
  expect(report.waterfall.first.map(({ name }) => name)).toContain('cold worker');
});

test('a rate limit that only requests at once meet is reported with its own fix', () => {
  const burst = [exchange(1), exchange(1, { status: 429 })];

  const report = diagnosis(measured([9, 1], WARM, { bursts: [burst, burst] }));

  expect(report.exitCode).toBe(2);
  expect(report.undecided).toMatchObject([
    { reason: '2 of 22 requests were answered 429', fix: expect.stringMatching(/^Raise the rate limit/) },
  ]);
});
