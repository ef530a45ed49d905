import type { TaskSubscription, TopicCounts } from '../../../lambda/realtime/ports';
import { SUBSCRIPTION_LIFETIME } from '../../../lambda/realtime/sharding';
import { type Subscriber, TaskTopics } from '../../../lambda/realtime/task-topics';
import { ManualClock } from '../../support/memory/clock';

const TASK = { id: 'task.0', connectedAt: 0, address: '10.0.0.1:8081', secret: 'secret' };
const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A subscriber that keeps its frames. */
class Listener implements Subscriber {
  readonly frames: string[] = [];
  restarts = 0;

  send(frame: Buffer): void {
    this.frames.push(String(frame));
  }

  restart(): void {
    this.restarts += 1;
  }
}

/** Rows of a task, and the writes so far. A write can be held or fail. */
class Rows {
  readonly rows = new Map<string, TaskSubscription & { subscribers: number }>();
  readonly writes: string[] = [];
  /** Topics of each call. */
  readonly calls: string[][] = [];
  open = 0;
  mostOpen = 0;
  before = async (_operation: 'put' | 'delete', _topics: readonly string[]): Promise<void> => undefined;
  /** Topics that the table omits, as if their partitions were throttled. */
  omitted = new Set<string>();

  constructor(private readonly clock: ManualClock) {}

  async subscribeTask(_task: unknown, topics: TopicCounts, before: ReadonlyMap<string, TaskSubscription>) {
    this.calls.push([...topics.keys()]);
    this.enter(topics.size);
    try {
      await this.before('put', [...topics.keys()]);
      const written = new Map<string, TaskSubscription>();
      for (const [topic, subscribers] of topics) {
        if (!this.omitted.has(topic)) {
          const writtenAt = Math.max(this.clock.now(), (before.get(topic)?.writtenAt ?? 0) + 1);
          const row = { number: 0, writtenAt, expiresAt: writtenAt + SUBSCRIPTION_LIFETIME };
          this.rows.set(topic, { ...row, subscribers });
          this.writes.push(`put ${topic}`);
          written.set(topic, row);
        }
      }
      return written;
    } finally {
      this.open -= topics.size;
    }
  }

  async unsubscribeTask(_task: unknown, topic: string, { writtenAt }: TaskSubscription): Promise<void> {
    this.enter(1);
    try {
      await this.before('delete', [topic]);
      this.writes.push(`delete ${topic}`);
      if ((this.rows.get(topic)?.writtenAt ?? 0) <= writtenAt) {
        this.rows.delete(topic);
      }
    } finally {
      this.open -= 1;
    }
  }

  private enter(topics: number): void {
    this.open += topics;
    this.mostOpen = Math.max(this.mostOpen, this.open);
  }
}

function setUp() {
  const clock = new ManualClock();
  const rows = new Rows(clock);
  const failures: unknown[] = [];
  const topics = new TaskTopics({ task: TASK, table: rows, clock, failed: (error) => failures.push(error) });
  /** Adds a subscriber to topics and confirms them. */
  const subscribe = async (...names: string[]) => {
    const listener = new Listener();
    names.forEach((name) => topics.add(name, listener));
    const confirmed = await topics.confirm(names);
    return { listener, confirmed: [...confirmed].sort() };
  };
  return { clock, rows, failures, topics, subscribe };
}

/** A promise that is resolved by hand. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

const turn = () => new Promise(setImmediate);

describe('a topic of a task', () => {
  it('is confirmed only after its subscription is in the table', async () => {
    const { rows, subscribe } = setUp();
    const { passed, open } = gate();
    rows.before = () => passed;
    let done = false;
    const subscribed = subscribe('room').then((result) => {
      done = true;
      return result;
    });
    await turn();
    expect(done).toBe(false);
    open();
    expect((await subscribed).confirmed).toEqual(['room']);
    expect(rows.rows.get('room')).toMatchObject({ subscribers: 1 });
  });

  it('sends frames to a subscriber that is added but not confirmed yet, so that none is missed after the head is read', async () => {
    const { rows, topics } = setUp();
    const { passed, open } = gate();
    rows.before = () => passed;
    const listener = new Listener();
    topics.add('room', listener);
    const confirming = topics.confirm(['room']);
    topics.send('room', 'early');
    open();
    await confirming;
    topics.send('room', 'late');
    expect(listener.frames).toEqual(['early', 'late']);
  });

  it('is written once for all subscribers, also for those that come during the write', async () => {
    const { rows, topics, subscribe } = setUp();
    const { passed, open } = gate();
    rows.before = () => passed;
    const all = Promise.all(Array.from({ length: 50 }, () => subscribe('room')));
    await turn();
    open();
    const subscribed = await all;
    expect(rows.writes).toEqual(['put room']);
    topics.send('room', 'frame');
    expect(subscribed.map(({ listener }) => listener.frames)).toEqual(subscribed.map(() => ['frame']));
    expect(subscribed.every(({ confirmed }) => confirmed.includes('room'))).toBe(true);
  });

  it('sends nothing to subscribers of other topics, or that left', async () => {
    const { topics, subscribe } = setUp();
    const [first, second] = [await subscribe('a'), await subscribe('b')];
    topics.remove('b', second.listener);
    topics.send('a', 'frame');
    topics.send('b', 'frame');
    topics.send('c', 'frame');
    expect([first.listener.frames, second.listener.frames]).toEqual([['frame'], []]);
  });

  it('is not confirmed if the table omits it, and others are', async () => {
    const { rows, subscribe } = setUp();
    rows.omitted.add('b');
    expect((await subscribe('a', 'b', 'c')).confirmed).toEqual(['a', 'c']);
    rows.omitted.clear();
    expect((await subscribe('b')).confirmed).toEqual(['b']);
  });

  it('that causes an unexpected error is not confirmed, and others of the same write are', async () => {
    const { rows, failures, subscribe } = setUp();
    rows.before = async (_, names) => {
      if (names.includes('t42')) {
        throw new Error('malformed');
      }
    };
    const names = Array.from({ length: 100 }, (_, index) => `t${index}`);
    const { confirmed } = await subscribe(...names);
    expect(confirmed).toEqual(names.filter((name) => name !== 't42').sort());
    expect(failures).toEqual([new Error('malformed')]);
  });

  it('keeps its subscription for a minute after its last subscriber left', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const { listener } = await subscribe('room');
    topics.remove('room', listener);
    clock.advance(MINUTE - 1);
    await topics.sweep();
    expect(rows.rows.has('room')).toBe(true);
    const again = await subscribe('room');
    expect(rows.writes.filter((write) => write === 'delete room')).toEqual([]);
    topics.remove('room', again.listener);
    clock.advance(MINUTE);
    await topics.sweep();
    expect(rows.rows.size).toBe(0);
    expect(topics.size).toBe(0);
  });

  it('without subscribers ends at once in a drain', async () => {
    const { rows, topics, subscribe } = setUp();
    const { listener } = await subscribe('a', 'b');
    topics.remove('a', listener);
    await topics.sweep(0);
    expect([...rows.rows.keys()]).toEqual(['b']);
  });

  it('is written again after its deletion, for a subscriber that comes during the deletion', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const { listener } = await subscribe('room');
    topics.remove('room', listener);
    clock.advance(MINUTE);
    const { passed, open } = gate();
    rows.before = (operation) => (operation === 'delete' ? passed : Promise.resolve());
    const sweeping = topics.sweep();
    const subscribing = subscribe('room');
    await turn();
    expect(rows.writes).toEqual(['put room']);
    open();
    await sweeping;
    const { confirmed, listener: late } = await subscribing;
    expect(confirmed).toEqual(['room']);
    expect(rows.writes).toEqual(['put room', 'delete room', 'put room']);
    expect(rows.rows.has('room')).toBe(true);
    topics.send('room', 'frame');
    expect(late.frames).toEqual(['frame']);
  });

  it('is forgotten if the subscriber that comes during its deletion leaves again, and can be subscribed anew', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const { listener } = await subscribe('room');
    topics.remove('room', listener);
    clock.advance(MINUTE);
    const { passed, open } = gate();
    rows.before = (operation) => (operation === 'delete' ? passed : Promise.resolve());
    const sweeping = topics.sweep();
    const brief = new Listener();
    topics.add('room', brief);
    const confirming = topics.confirm(['room']);
    topics.remove('room', brief);
    open();
    await sweeping;
    expect([...(await confirming)]).toEqual([]);
    const { confirmed, listener: next } = await subscribe('room');
    expect(confirmed).toEqual(['room']);
    topics.send('room', 'frame');
    expect([brief.frames, next.frames]).toEqual([[], ['frame']]);
  });

  it('is deleted again if its deletion failed, and a write after that is later than the deleted subscription', async () => {
    const { clock, rows, failures, topics, subscribe } = setUp();
    const { listener } = await subscribe('room');
    const first = rows.rows.get('room')?.writtenAt ?? 0;
    topics.remove('room', listener);
    clock.advance(MINUTE);
    rows.before = (operation) => (operation === 'delete' ? Promise.reject(new Error('unknown')) : Promise.resolve());
    await topics.sweep();
    expect(failures).toEqual([new Error('unknown')]);
    // The clock of the machine is set back.
    clock.advance(-HOUR);
    const { listener: next } = await subscribe('room');
    expect(rows.rows.get('room')?.writtenAt).toBeGreaterThan(first);
    topics.remove('room', next);
    clock.advance(HOUR + MINUTE);
    rows.before = async () => undefined;
    await topics.sweep();
    await topics.sweep();
    expect(rows.rows.size).toBe(0);
    expect(topics.size).toBe(0);
  });

  it('is renewed every hour while it has subscribers', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const { listener } = await subscribe('room');
    for (let minute = 1; minute <= 10 * 60; minute++) {
      clock.advance(MINUTE);
      await topics.sweep();
      expect(rows.rows.get('room')?.expiresAt).toBeGreaterThan(clock.now() + HOUR);
    }
    expect(rows.writes).toEqual(Array.from({ length: 11 }, () => 'put room'));
    expect(listener.restarts).toBe(0);
  });

  it('does not delay a subscriber while it is renewed', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    await subscribe('room');
    clock.advance(HOUR);
    const { passed, open } = gate();
    rows.before = () => passed;
    const sweeping = topics.sweep();
    expect((await subscribe('room')).confirmed).toEqual(['room']);
    open();
    await sweeping;
  });

  it('closes its subscribers 10 minutes before its subscription ends, if it could not be renewed for an hour', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const { listener } = await subscribe('room');
    rows.omitted.add('room');
    const start = clock.now();
    while (listener.restarts === 0) {
      clock.advance(MINUTE);
      await topics.sweep();
    }
    expect(clock.now() - start).toBe(SUBSCRIPTION_LIFETIME - 10 * MINUTE + MINUTE);
    const late = await subscribe('room');
    expect(late.confirmed).toEqual([]);
    rows.omitted.clear();
    expect((await subscribe('room')).confirmed).toEqual(['room']);
  });

  it('with a fault does not prevent that others are renewed', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const { listener } = await subscribe('a', 'b', 'c');
    rows.before = async (_, names) => {
      if (names.includes('b')) {
        throw new Error('malformed');
      }
    };
    clock.advance(HOUR);
    await topics.sweep();
    topics.remove('b', listener);
    clock.advance(HOUR);
    await topics.sweep();
    expect(listener.restarts).toBe(0);
    expect(rows.rows.get('a')?.writtenAt).toBe(clock.now());
  });

  it('writes a changed number of subscribers at most once a second, and counts those that are not written yet', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    await subscribe('room');
    const { listener } = await subscribe('room');
    expect(topics.uncounted('room')).toBe(1);
    await topics.sweep();
    expect(rows.rows.get('room')?.subscribers).toBe(1);
    clock.advance(SECOND);
    await topics.sweep();
    expect(rows.rows.get('room')?.subscribers).toBe(2);
    expect(topics.uncounted('room')).toBe(0);
    topics.remove('room', listener);
    expect(topics.uncounted('room')).toBe(-1);
    await topics.sweep();
    expect(rows.rows.get('room')?.subscribers).toBe(2);
    clock.advance(SECOND);
    await topics.sweep();
    await topics.sweep();
    expect(rows.rows.get('room')?.subscribers).toBe(1);
    expect(rows.writes).toHaveLength(3);
    expect(topics.uncounted('other')).toBe(0);
  });
});

test('topics of clients that subscribe and unsubscribe 500 times a second end as fast as they begin', async () => {
  const { clock, rows, topics, subscribe } = setUp();
  for (let second = 0; second < 180; second++) {
    for (let start = 0; start < 500; start += 100) {
      const names = Array.from({ length: 100 }, (_, index) => `t${second}-${start + index}`);
      const { listener } = await subscribe(...names);
      names.forEach((name) => topics.remove(name, listener));
    }
    clock.advance(SECOND);
    await topics.sweep();
  }
  // Those of the last minute, and a backlog that does not grow.
  const backlog = topics.size;
  expect(backlog).toBeLessThan(60 * 500 + 30_000);
  expect(rows.rows.size).toBeLessThanOrEqual(backlog);
});

describe('5,000 topics of a task', () => {
  it('that were subscribed at once are renewed a few at a time, in less than a minute', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const names = Array.from({ length: 5000 }, (_, index) => `t${index}`);
    for (let start = 0; start < names.length; start += 100) {
      await subscribe(...names.slice(start, start + 100));
    }
    rows.mostOpen = 0;
    rows.before = turn as () => Promise<void>;
    clock.advance(HOUR);
    const renewedBefore = clock.now();
    for (let second = 0; second < 60; second++) {
      await topics.sweep();
      clock.advance(SECOND);
    }
    expect(rows.mostOpen).toBeLessThanOrEqual(200);
    expect(rows.calls.every((call) => call.length <= 100)).toBe(true);
    expect([...rows.rows.values()].filter(({ writtenAt }) => writtenAt < renewedBefore)).toEqual([]);
  });

  it('are not written by further sweeps while the table does not answer', async () => {
    const { clock, rows, topics, subscribe } = setUp();
    const names = Array.from({ length: 1000 }, (_, index) => `t${index}`);
    for (let start = 0; start < names.length; start += 100) {
      await subscribe(...names.slice(start, start + 100));
    }
    rows.mostOpen = 0;
    const { passed, open } = gate();
    rows.before = () => passed;
    clock.advance(HOUR);
    const sweeps = Array.from({ length: 10 }, () => topics.sweep());
    await turn();
    expect(rows.open).toBe(200);
    open();
    await Promise.all(sweeps);
  });
});
