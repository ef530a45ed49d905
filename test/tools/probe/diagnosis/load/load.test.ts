import { loadCauses, notAsked } from '../../../../../tools/probe/diagnosis/load';
import { emptyMeasurements, type Measurements } from '../../../../../tools/probe/measurements';
import { loadPlan } from '../../load-measured';
import { beside, frameImpulse, handshakeImpulse, stormOf } from './made-up';

const PLAN = loadPlan(80, { sockets: 8, messages: 5 });

function diagnosed(found: Partial<Measurements>) {
  return loadCauses(PLAN, { ...emptyMeasurements(), ...found });
}

function ids(found: Partial<Measurements>): string[] {
  return diagnosed(found).causes.map(({ id }) => id);
}

const reasons = (found: Partial<Measurements>) => diagnosed(found).undecided.map(({ reason }) => reason);

const HEALTHY: Partial<Measurements> = {
  impulses: [handshakeImpulse(0), frameImpulse(0)],
  held: [
    beside('socket', 1),
    ...[1, 2, 4, 8].flatMap((count) => [beside('connection', count), beside('half-request', count)]),
    ...[2, 4, 8].map((count) => beside('socket', count)),
  ],
  storm: stormOf(0),
};

describe('A healthy server', () => {
  it('has no cause and nothing undecided', () => {
    expect(diagnosed(HEALTHY)).toEqual({ causes: [], undecided: [], notMeasured: [] });
  });

  it('has neither if nothing was measured', () => {
    expect(diagnosed({})).toEqual({ causes: [], undecided: [], notMeasured: [] });
  });
});

describe('Silent connections and sockets', () => {
  const twice = (kind: 'connection' | 'half-request' | 'socket', count: number) => [
    beside(kind, count, 3),
    beside(kind, count, 3),
  ];

  it('hold workers if requests wait twice until they are closed', () => {
    const { causes } = diagnosed({ held: [beside('connection', 2), ...twice('connection', 4)] });
    expect(causes).toMatchObject([
      { id: 'connection-holds-worker', adds: 2_005, to: 'request beside sockets', fault: true },
    ]);
    expect(causes[0]?.because).toContain('at most 4');
    expect(causes[0]?.found).toContain(
      'Beside 4 silent connections, 3 of 3 requests waited for 2,005 ms until the probe closed them',
    );
  });

  it('hold workers if only half requests do', () => {
    expect(ids({ held: [beside('connection', 8), ...twice('half-request', 2)] })).toEqual(['connection-holds-worker']);
  });

  it('hold workers with one socket, which leaves the frames undecided', () => {
    const { causes, undecided } = diagnosed({ held: twice('socket', 1) });
    expect(causes.map(({ id }) => id)).toEqual(['socket-holds-worker']);
    expect(undecided).toMatchObject([{ reason: 'one open WebSocket already stops all requests' }]);
  });

  it('are undecided if requests waited once of twice, or were measured once', () => {
    const reason = 'requests beside them waited until they closed, but not each time that it was measured';
    for (const held of [[beside('socket', 1, 3), beside('socket', 1)], [beside('socket', 1, 3)]]) {
      expect(diagnosed({ held })).toMatchObject({ causes: [], undecided: [{ reason }] });
    }
  });

  it('are undecided if requests are not answered after the end either', () => {
    expect(reasons({ held: [beside('socket', 4, 3, { released: 0 })] })).toEqual([
      '3 of 3 requests beside them were not answered in time, and not when they closed either',
    ]);
  });

  it('are undecided if the server closed the sockets', () => {
    expect(reasons({ held: [beside('socket', 4, 0, { dropped: 2 })] })).toEqual([
      'the server opened 4 of 4 and closed 2 before the end',
    ]);
  });

  it('are undecided if requests failed', () => {
    expect(reasons({ held: [beside('connection', 8, 0, { failures: ['answered 503'] })] })).toEqual([
      '1 of 3 requests beside them failed: answered 503',
    ]);
  });

  it('are decided if the server closes silent connections, which then hold no worker', () => {
    expect(diagnosed({ held: [beside('connection', 8, 0, { dropped: 8 })] })).toMatchObject({
      causes: [],
      undecided: [],
    });
  });
});

describe('Frames and handshakes', () => {
  it('block the loop, with the duration and the slope', () => {
    const { causes } = diagnosed({ impulses: [handshakeImpulse(60), frameImpulse(40)] });
    expect(causes.map(({ id, adds }) => [id, Math.round(adds)])).toEqual([
      ['handshake-blocks-loop', 60],
      ['frame-blocks-loop', 40],
    ]);
    expect(causes[1]?.found).toMatch(
      /^A request 2 ms after the frame took 38 ms longer than one alone, 10 ms after it 30 ms, 20 ms/,
    );
  });

  it('are one cause if two kinds of frames block, the longer one', () => {
    const { causes } = diagnosed({ impulses: [frameImpulse(20), frameImpulse(80, { frame: 'x'.repeat(100) })] });
    expect(causes).toHaveLength(1);
    expect(causes[0]?.because).toContain(`"${'x'.repeat(39)}…"`);
  });

  it('are undecided if the server closed the socket', () => {
    expect(
      reasons({
        impulses: [frameImpulse(0, { sent: 23, answered: 22, dropped: 'the server closed the socket with code 1008' })],
      }),
    ).toEqual([
      'the measurement stopped after 23 frames, 22 of them answered: the server closed the socket with code 1008',
    ]);
  });

  it('are a cause if they blocked before the server closed the socket', () => {
    expect(diagnosed({ impulses: [frameImpulse(40, { dropped: 'closed' })] })).toMatchObject({
      causes: [{ id: 'frame-blocks-loop' }],
      undecided: [],
    });
  });

  it('are decided if later handshakes were rejected by a limit', () => {
    expect(reasons({ impulses: [handshakeImpulse(0, { dropped: 'answered 429' })] })).toEqual([]);
  });

  it('are undecided if this machine is too busy', () => {
    expect(reasons({ impulses: [frameImpulse(7, { spread: 12 })] })[0]).toMatch(/too uncertain on this machine$/);
    expect(reasons({ impulses: [frameImpulse(0, { samples: 2, discarded: 40 })] })[0]).toMatch(/^only 2 of at least 5/);
  });

  it('are listed as not measured if the server answers none, because it can ignore them', () => {
    expect(diagnosed({ impulses: [frameImpulse(0, { answered: 0 })] })).toMatchObject({
      undecided: [],
      notMeasured: [{ what: 'whether the server handles the frame "hello": it answered none of 60' }],
    });
  });
});

describe('A storm', () => {
  it('slows requests', () => {
    const { causes } = diagnosed({ ...HEALTHY, storm: stormOf(30) });
    expect(causes).toMatchObject([{ id: 'slow-under-load', fault: true }]);
    expect(Math.round(causes[0]?.adds ?? 0)).toBe(30);
  });

  it('is the same cause as the frame that blocks the loop', () => {
    // A loop that is busy for a fifth of the time makes requests wait for 5 ms on average.
    expect(ids({ impulses: [frameImpulse(40)], storm: stormOf(6, { usual: 1, spread: 0.1 }) })).toEqual([
      'frame-blocks-loop',
    ]);
  });

  it('leaves nothing undecided if a frame blocks the loop, because that answers the question', () => {
    const across = stormOf(0).rounds.map(({ idle, loaded }, round) => ({
      idle,
      loaded: loaded.map((ms) => ms + (round % 2 === 0 ? 0 : 15)),
    }));
    expect(reasons({ impulses: [frameImpulse(10)], storm: stormOf(0, { rounds: across }) })).toEqual([]);
  });

  it('is another cause if it adds much more than single frames do', () => {
    expect(ids({ impulses: [frameImpulse(40)], storm: stormOf(60) })).toEqual(['frame-blocks-loop', 'slow-under-load']);
  });

  it('lets requests fail', () => {
    const storm = stormOf(0, { failures: Array(20).fill('answered 503') });
    expect(diagnosed({ ...HEALTHY, storm }).causes).toMatchObject([
      { id: 'failing-under-load', found: 'While 8 WebSockets sent frames, 20 of 210 requests failed: answered 503.' },
    ]);
  });

  it.each([
    [
      'the server closed sockets',
      stormOf(0, { dropped: ['code 1008'] }),
      'the server closed or rejected 1 of 8 sockets after 100 frames: code 1008',
    ],
    ['not all sockets opened', stormOf(0, { sockets: { requested: 8, opened: 5 } }), 'only 5 of 8 sockets opened'],
    [
      'a socket answered no ping',
      stormOf(0, { silent: 2 }),
      '2 of 8 sockets did not answer a ping within 2 s after 100 frames',
    ],
    ['frames were refused', stormOf(0, { limited: 70 }), 'the server answered 70 of 100 frames with a rate limit'],
    [
      'frames were not answered',
      stormOf(0, { frames: { sent: 100, received: 20 } }),
      'the sockets received 20 frames for 100 sent, and 100 were expected: the server did not handle all of them',
    ],
    [
      'requests failed without frames',
      stormOf(0, { idleFailures: Array(90).fill('answered 429') }),
      '90 of 210 requests failed without any frame: answered 429',
    ],
    [
      'it ended early',
      stormOf(0, { count: 3, discarded: 15 }),
      'only 3 rounds were measured, and 15 left out because this machine was busy',
    ],
  ])('is undecided if %s', (_, storm, reason) => {
    expect(diagnosed({ ...HEALTHY, storm })).toMatchObject({ causes: [], undecided: [{ reason }] });
  });

  it('is undecided, and no cause, if it did not happen, although requests were slower', () => {
    expect(diagnosed({ ...HEALTHY, storm: stormOf(30, { dropped: ['code 1008'] }) })).toMatchObject({
      causes: [],
      undecided: [{ question: 'whether traffic on many WebSockets slows requests' }],
    });
  });

  it('needs no answers if single frames have none', () => {
    const impulses = [frameImpulse(0, { answered: 0 })];
    expect(reasons({ impulses, storm: stormOf(0, { frames: { sent: 100, received: 0 } }) })).toEqual([]);
  });

  it('is undecided if the idle rounds differ among themselves', () => {
    const { rounds } = stormOf(0);
    const uneven = rounds.map(({ idle, loaded }, round) => ({
      idle: idle.map((ms) => ms + (round % 2 === 0 ? 0 : 12)),
      loaded,
    }));
    expect(reasons({ ...HEALTHY, storm: stormOf(0, { rounds: uneven }) })[0]).toMatch(
      /^the requests without frames differ among themselves: 12 ms/,
    );
  });

  it('is undecided if the probe itself was late', () => {
    const { causes, undecided } = diagnosed({ ...HEALTHY, storm: stormOf(30, { late: { idle: 0, loaded: 25 } }) });
    expect(causes).toEqual([]);
    expect(undecided[0]?.reason).toMatch(/^the probe itself sent requests up to 25 ms later/);
  });

  it('is undecided if the interval is across the threshold', () => {
    const { rounds } = stormOf(0);
    const across = rounds.map(({ idle, loaded }, round) => ({
      idle,
      loaded: loaded.map((ms) => ms + (round % 2 === 0 ? 0 : 15)),
    }));
    expect(reasons({ ...HEALTHY, storm: stormOf(0, { rounds: across }) })[0]).toMatch(
      /^after 7 rounds, requests take .* longer on average/,
    );
  });
});

describe('Questions that were not asked', () => {
  it('name the option that asks them', () => {
    const checks = (plan: Parameters<typeof notAsked>[0]) => notAsked(plan).map(({ check }) => check.split(/[ ,.]/)[1]);
    expect(checks({})).toEqual(['--websocket', '--load']);
    expect(checks(loadPlan(80, undefined, []))).toEqual(['--frame', '--load']);
    expect(checks(loadPlan(80))).toEqual(['--load']);
    expect(checks(PLAN)).toEqual([]);
  });
});
