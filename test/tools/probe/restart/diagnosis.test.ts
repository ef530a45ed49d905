import { diagnose } from '../../../../tools/probe/restart/diagnosis';
import { parse } from '../../../../tools/probe/restart/options';
import type { Restart, SocketUse } from '../../../../tools/probe/restart/restarts';
import { text } from '../../../../tools/probe/restart/text';
import { recordingTerminal } from '../../recording-terminal';
import { alone, withSocket } from './made-up';

function diagnosed(restarts: readonly Restart[]) {
  const socket = restarts[0]?.socket ? ['--websocket', 'ws://localhost:8000/ws'] : [];
  const { plan } = parse(['http://localhost:8000/items', ...socket], recordingTerminal(), {});
  return diagnose(plan, restarts, undefined, new Date(0));
}

function causes(restarts: readonly Restart[]): [string, number][] {
  return diagnosed(restarts).causes.map(({ id, adds }) => [id, Math.round(adds)]);
}

/** Node answers the handshake before the work of its handler, and uvicorn after it. */
const SERVERS: readonly (readonly [string, (ms: number) => SocketUse])[] = [
  ['before', (ms) => ({ upgrade: 3, pong: ms })],
  ['after', (ms) => ({ upgrade: ms, pong: 1 })],
];

describe('three restarts of the request alone', () => {
  test('name a cold process, and how much it adds usually', () => {
    const restarts = alone({ first: 341 }, { first: 361 }, { first: 351 });

    expect(causes(restarts)).toEqual([['cold-process', 350]]);
    expect(diagnosed(restarts)).toMatchObject({
      exitCode: 1,
      undecided: [],
      answer:
        'After three restarts, the first request took 341 ms, 361 ms and 351 ms, the second 1.0 ms. 350 ms belong to the process: it was cold.',
    });
  });

  test('find nothing if a new process is not slow', () => {
    const restarts = alone({ first: 9 }, { first: 60 }, { first: 8 });

    expect(diagnosed(restarts)).toMatchObject({ exitCode: 0, causes: [], undecided: [] });
    expect(diagnosed(restarts).answer).toContain('A new process is not slow by itself.');
  });

  test.each([
    ['the first', alone({ first: 512 }, { first: 9 }, { first: 8 })],
    ['two', alone({ first: 512 }, { first: 9 }, { first: 400 })],
  ])('cannot tell why only %s of them is slow', (_, restarts) => {
    const { exitCode, causes: found, undecided } = diagnosed(restarts);

    expect([exitCode, found]).toEqual([2, []]);
    expect(undecided[0]?.reason).toMatch(/^they took 512 ms, .* and a cold process is slow after each restart$/);
  });

  test('charge the process only with what a new connection does not cost, too', () => {
    const connection = { first: 602, later: [252] };

    expect(causes(alone(connection, connection, connection))).toEqual([['cold-process', 350]]);
  });

  test('find nothing if each new connection is as slow', () => {
    const connection = { first: 260, later: [252, 251, 252] };

    expect(diagnosed(alone(connection, connection, connection))).toMatchObject({ exitCode: 0, causes: [] });
  });

  test('do not take the rest of a request during which the probe was paused for the usual time', () => {
    const [restart] = alone({ first: 260, later: [252, 251, 60] }, { first: 0 }, { first: 0 });
    const later = restart?.requests.later.map((each) => ({ ...each, pause: each.ms === 60 ? 190 : 0 })) ?? [];
    const paused = restart && { ...restart, requests: { ...restart.requests, later } };

    expect(paused && diagnosed([paused, paused, paused])).toMatchObject({ exitCode: 0, causes: [] });
  });

  test('name the cold process if other workers are cold after it', () => {
    const workers = { first: 300, second: 290, later: [310, 305, 2] };

    expect(causes(alone(workers, workers, workers))).toEqual([['cold-process', 298]]);
    expect(diagnosed(alone(workers, workers, workers)).causes[0]?.found).toMatch(/several workers are cold/);
  });

  test('name the parts of the cold start that Server-Timing has, and otherwise that they are not measured', () => {
    const silent = diagnosed(alone({ first: 340 }, { first: 340 }, { first: 340 }));
    const named = diagnosed(
      alone({ first: 340, serverTiming: { import: 180.2, db: 150, total: 1 } }, { first: 340 }, { first: 340 }),
    );

    expect(silent.notMeasured[0]?.what).toMatch(/^the parts of a cold start: /);
    expect(named.causes[0]?.found).toMatch(/ By the header Server-Timing: import 180 ms, db 150 ms\.$/);
    expect(named.notMeasured[0]?.what).not.toMatch(/cold start/);
  });
});

describe.each(SERVERS)('restarts of a server that answers the handshake %s its handler', (_, slow) => {
  test('find nothing if nothing is slow', () => {
    const report = diagnosed(withSocket({ first: 6 }, { first: 7 }, { first: 12 }));

    expect(report).toMatchObject({ exitCode: 0, causes: [], undecided: [] });
    expect(report.answer).toMatch(/The socket adds nothing to it\.$/);
  });

  test('name only the process if the socket changes nothing', () => {
    expect(causes(withSocket({ first: 350 }, { first: 349 }, { first: 352 }))).toEqual([['cold-process', 349]]);
  });

  test('name the socket, and not the process, if only the socket is slow and the request waits for it', () => {
    const report = diagnosed(withSocket({ first: 6 }, { first: 7, socket: slow(312) }, { first: 312 }));

    expect(report.causes).toMatchObject([{ id: 'cold-socket', to: 'first request', fault: true }]);
    expect(Math.round(report.causes[0]?.adds ?? 0)).toBe(306);
    expect(report.answer).toMatch(/ A new process is not slow by itself\. A request at the same time .* 306 ms longer/);
  });

  test('name the socket if the second of the requests at once waits for it', () => {
    const report = diagnosed(withSocket({ first: 6 }, { first: 7, socket: slow(345) }, { first: 7, second: 352 }));

    expect(report.causes.map(({ id }) => id)).toEqual(['cold-socket']);
    expect(report.causes[0]?.found).toContain('the second request was the slow one');
  });

  test('name both if socket and request share an import', () => {
    const report = diagnosed(
      withSocket({ first: 344 }, { first: 4, socket: slow(345) }, { first: 344, socket: slow(340) }),
    );

    expect(report.causes.map(({ id, adds }) => [id, Math.round(adds)])).toEqual([
      ['cold-process', 343],
      ['cold-socket', 340],
    ]);
    expect(report.answer).toMatch(
      /343 ms belong to the process: it was cold, and 340 ms of them are paid by the socket/,
    );
  });

  test('do not call the process warm if the socket has paid for it', () => {
    const restarts = withSocket({ first: 184 }, { first: 7, socket: slow(184) }, { first: 180, socket: slow(184) });

    expect(causes(restarts)).toEqual([
      ['cold-process', 183],
      ['cold-socket', 177],
    ]);
  });

  test('name two causes if the socket imports and the request connects to a database', () => {
    const restarts = withSocket({ first: 171 }, { first: 170, socket: slow(230) }, { first: 399, socket: slow(230) });

    expect(causes(restarts)).toEqual([
      ['cold-socket', 228],
      ['cold-process', 170],
    ]);
  });

  test('name what is added if the request also shares something', () => {
    const report = diagnosed(
      withSocket({ first: 201 }, { first: 5, socket: slow(400) }, { first: 401, socket: slow(400) }),
    );

    expect(report.causes.map(({ id }) => id)).toEqual(['cold-process', 'cold-socket']);
    expect(report.causes[1]?.found).toMatch(/Whichever of them comes first pays .* waited 400 ms instead of 200 ms/);
  });

  test('say that the socket is slow alone if it delays no request', () => {
    const report = diagnosed(
      withSocket({ first: 6 }, { first: 5, socket: slow(180) }, { first: 6, socket: slow(180) }),
    );

    expect(report).toMatchObject({ exitCode: 0, causes: [] });
    expect(report.answer).toMatch(/The first use of the socket takes \d+ ms, and delays no request\.$/);
  });

  test('cannot tell what is shared if several workers are cold', () => {
    const report = diagnosed(
      withSocket({ first: 300, later: [300, 2] }, { first: 5, socket: slow(300) }, { first: 300, second: 300 }),
    );

    expect(report.causes.map(({ id }) => id)).toEqual(['cold-process']);
    expect(report.undecided[0]).toMatchObject({ fix: expect.stringContaining('one worker') });
  });
});

describe('restarts with a socket', () => {
  test('find what is shared by a handler that waits without delaying the handshake, because it is paid at once', () => {
    const restarts = withSocket({ first: 184 }, { first: 7 }, { first: 181 });

    expect(causes(restarts)).toEqual([
      ['cold-process', 183],
      ['cold-socket', 177],
    ]);
  });

  test('take one slow request for no cold process', () => {
    const report = diagnosed(withSocket({ first: 340 }, { first: 7 }, { first: 8 }));

    expect(report).toMatchObject({ exitCode: 2, causes: [] });
    expect(report.undecided.map(({ question }) => question)).toEqual(['why only some of the first requests were slow']);
  });

  test('do not charge the socket with a delay that its own time does not explain', () => {
    const report = diagnosed(withSocket({ first: 6 }, { first: 7 }, { first: 300 }));

    expect(report).toMatchObject({ exitCode: 2, causes: [] });
    expect(report.undecided[0]?.question).toBe('what the socket adds to a request at the same time');
  });
});

test('a fast process whose restart was not seen can be the old one', () => {
  const report = diagnosed(alone({ first: 9 }, { first: 9, seen: false }, { first: 9 }));

  expect(report.exitCode).toBe(2);
  expect(report.undecided[0]?.question).toBe('whether the process was new after restart 2');
});

test('a slow process was new, although its restart was not seen', () => {
  const unseen = { first: 340, seen: false };

  expect(diagnosed(alone(unseen, unseen, unseen))).toMatchObject({ exitCode: 1, undecided: [] });
});

test('a pause of the probe itself is reported', () => {
  const report = diagnosed(alone({ first: 9 }, { first: 9, pause: 400 }, { first: 9 }));

  expect(report.exitCode).toBe(2);
  expect(report.undecided[0]?.reason).toBe('this machine was busy with other work for 400 ms');
});

test('the text begins with the answer, and ends with a table of the restarts', () => {
  const printed = text(
    diagnosed(withSocket({ first: 344 }, { first: 7, socket: { upgrade: 345, pong: 1 } }, { first: 1344 })),
    { width: 100, color: false },
  );

  expect(printed).toMatch(/^After a restart, the first request took 344 ms/);
  expect(printed).toMatch(/\n {5}Fix: \S/);
  expect(printed.split('\n').slice(-5)).toEqual([
    'Restart              First  Second  New connection  Handshake    Pong  Frame answered',
    '1. request alone    344 ms  1.0 ms          1.0 ms     1.0 ms  1.0 ms               -',
    '2. socket first     7.0 ms  1.0 ms          1.0 ms     345 ms  1.0 ms               -',
    '3. both at once   1,344 ms  1.0 ms          1.0 ms     1.0 ms  1.0 ms               -',
    '',
  ]);
});
