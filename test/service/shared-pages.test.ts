import { type History, type MessageLog, Unavailable } from '../../lambda/realtime/ports';
import { SharedPages } from '../../service/shared-pages';
import { ManualClock } from '../support/memory/clock';
import { MemoryMessageLog } from '../support/memory/message-log';

function setUp() {
  const clock = new ManualClock();
  const log = new MemoryMessageLog(clock, 3600, () => 'epoch');
  const reads: string[] = [];
  const state = { failing: false, bytes: undefined as number | undefined, held: Promise.resolve() };
  const counted: MessageLog = {
    prepare: () => undefined,
    append: (draft) => log.append(draft),
    positions: (topics) => log.positions(topics),
    read: async (topic, after, limit) => {
      reads.push(`${topic} ${after} ${limit}`);
      const failing = state.failing;
      const page = log.read(topic, after, limit);
      await state.held;
      if (failing) {
        throw new Unavailable();
      }
      const { bytes } = state;
      return bytes === undefined ? page : { ...(await page), bytesRead: bytes };
    },
  };
  const shared = new SharedPages(counted, clock);
  let ids = 0;
  const draft = (topic = 'a') => ({
    topic,
    id: `m${(ids += 1)}`,
    data: 1,
    publishedAt: '2026-01-01T00:00:00.000Z',
    subject: '',
  });
  return {
    clock,
    reads,
    shared,
    state,
    /** Publishes by this process. */
    publish: (topic?: string) => shared.append(draft(topic)),
    /** Publishes by another process. */
    publishElsewhere: (topic?: string) => log.append(draft(topic)),
    /** Makes reads wait until the returned function is called. */
    hold() {
      let release = (): void => undefined;
      state.held = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        state.held = Promise.resolve();
        release();
      };
    },
  };
}

const sequences = ({ messages }: History) => messages.map(({ sequence }) => sequence);

it('1,000 clients that read the same page at the same time cause one read of the log', async () => {
  const { shared, reads, publish } = setUp();
  await publish();
  const pages = await Promise.all(Array.from({ length: 1000 }, () => shared.read('a', 0, 100)));
  expect(reads).toEqual(['a 0 100']);
  expect(pages.every((page) => sequences(page).join() === '1')).toBe(true);
});

it('1,000 clients that read the same page within 200 ms cause one read of the log, and then another', async () => {
  const { shared, reads, clock, publish } = setUp();
  await publish();
  for (let client = 0; client < 1000; client++) {
    await shared.read('a', 0, 100);
    clock.advance(0.19);
  }
  expect(reads).toHaveLength(1);
  clock.advance(200);
  await shared.read('a', 0, 100);
  expect(reads).toHaveLength(2);
});

it('1,000 clients that read at the head at the same time cause at most two reads of the log', async () => {
  const { shared, reads, hold } = setUp();
  const release = hold();
  const first = shared.read('a', 0, 100);
  await Promise.resolve();
  const others = Array.from({ length: 999 }, () => shared.read('a', 0, 100));
  release();
  const pages = await Promise.all([first, ...others]);
  expect(pages.every(({ recovered, messages }) => recovered && messages.length === 0)).toBe(true);
  expect(reads).toHaveLength(2);
});

it('pages of other topics, positions and limits are read separately', async () => {
  const { shared, reads, publish } = setUp();
  await publish('a');
  await publish('a.b');
  await Promise.all([
    shared.read('a', 0, 1),
    shared.read('a', 0, 10),
    shared.read('a', 1, 1),
    shared.read('a.b', 0, 1),
  ]);
  expect(new Set(reads).size).toBe(4);
});

it('a client reads what it published through the same process', async () => {
  const { shared, publish } = setUp();
  await publish();
  expect(sequences(await shared.read('a', 0, 100))).toEqual([1]);
  await publish();
  expect(sequences(await shared.read('a', 0, 100))).toEqual([1, 2]);
});

it('a client reads what another process published after at most 200 ms', async () => {
  const { shared, clock, publishElsewhere } = setUp();
  await publishElsewhere();
  await shared.read('a', 0, 100);
  await publishElsewhere();
  clock.advance(200);
  expect(sequences(await shared.read('a', 0, 100))).toEqual([1, 2]);
});

it('a client at the head of a moment ago gets a message that was published since, whatever others have read', async () => {
  const { shared, publishElsewhere } = setUp();
  await publishElsewhere();
  expect(sequences(await shared.read('a', 1, 100))).toEqual([]);
  await publishElsewhere();
  expect(sequences(await shared.read('a', 1, 100))).toEqual([2]);
});

it('a position that another client requested before it existed is not reported as lost', async () => {
  const { shared, hold, publishElsewhere } = setUp();
  await publishElsewhere();
  const release = hold();
  const tooEarly = shared.read('a', 2, 100);
  await publishElsewhere();
  const inTime = shared.read('a', 2, 100);
  release();
  expect(await tooEarly).toMatchObject({ recovered: false });
  expect(await inTime).toMatchObject({ recovered: true, sequence: 2 });
});

it('a read that failed is not shared with later requests', async () => {
  const { shared, state, publish } = setUp();
  await publish();
  state.failing = true;
  await expect(shared.read('a', 0, 100)).rejects.toThrow(Unavailable);
  state.failing = false;
  expect(sequences(await shared.read('a', 0, 100))).toEqual([1]);
});

it('another tenant that reads any number of pages does not make a read that is under way start again', async () => {
  const { shared, reads, hold, publish } = setUp();
  await publish('acme/a');
  await publish('rival/a');
  const release = hold();
  const pages: Promise<History>[] = [];
  for (let client = 0; client < 100; client++) {
    pages.push(shared.read('acme/a', 0, 100));
    for (let page = 0; page < 33; page++) {
      pages.push(shared.read('rival/a', 0, 33 * client + page + 1));
    }
  }
  release();
  await Promise.all(pages);
  expect(reads.filter((read) => read.startsWith('acme/'))).toHaveLength(1);
});

it('a read that takes 2 seconds is made once, and its page is used for 200 ms after its end', async () => {
  const { shared, reads, clock, hold, publish } = setUp();
  await publish();
  const release = hold();
  const pages: Promise<History>[] = [];
  for (let client = 0; client < 100; client++) {
    pages.push(shared.read('a', 0, 100));
    clock.advance(20);
  }
  release();
  await Promise.all(pages);
  clock.advance(199);
  await shared.read('a', 0, 100);
  expect(reads).toHaveLength(1);
});

it('a client that publishes during a read gets its message from the next one, also after the read has ended', async () => {
  const { shared, hold, publish } = setUp();
  await publish();
  const release = hold();
  const before = shared.read('a', 0, 100);
  await publish();
  const after = shared.read('a', 0, 100);
  release();
  expect(sequences(await before)).toEqual([1]);
  expect(sequences(await after)).toEqual([1, 2]);
  expect(sequences(await shared.read('a', 0, 100))).toEqual([1, 2]);
});

it('only the request that begins a read pays for its bytes', async () => {
  const { shared, publish } = setUp();
  await publish();
  const pages = await Promise.all([1, 2, 3].map(() => shared.read('a', 0, 100)));
  const later = await shared.read('a', 0, 100);
  expect([...pages, later].map(({ bytesRead }) => bytesRead)).toEqual([1, 0, 0, 0]);
});

it.each([
  ['1 MiB', 1024 * 1024, 15],
  ['few bytes', 1, 16_368],
])('pages of %s are kept up to 16 MiB together, the latest ones', async (_name, bytes, kept) => {
  const { shared, reads, state, publish } = setUp();
  await publish();
  state.bytes = bytes;
  for (let limit = 1; limit <= kept + 1; limit++) {
    await shared.read('a', 0, limit);
  }
  reads.length = 0;
  for (let limit = 2; limit <= kept + 1; limit++) {
    await shared.read('a', 0, limit);
  }
  expect(reads).toEqual([]);
  await shared.read('a', 0, 1);
  expect(reads).toEqual(['a 0 1']);
});
