import { type MessageLog, Unavailable } from '../../../lambda/realtime/ports';
import { RecentHeads } from '../../../lambda/realtime/recent-heads';
import { ManualClock } from '../../support/memory/clock';
import { MemoryMessageLog } from '../../support/memory/message-log';

const EVENTUAL = { eventual: true };

function setUp() {
  const clock = new ManualClock();
  const log = new MemoryMessageLog(clock, 3600, () => 'epoch');
  const reads: { topics: string[]; eventual: boolean }[] = [];
  const state = { failing: false, throttled: '' };
  const counted: MessageLog = {
    prepare: () => undefined,
    append: (draft) => log.append(draft),
    read: (topic, after, limit) => log.read(topic, after, limit),
    positions: async (topics, options) => {
      reads.push({ topics, eventual: options?.eventual ?? false });
      if (state.failing) {
        throw new Unavailable();
      }
      return log.positions(topics.filter((topic) => topic !== state.throttled));
    },
  };
  let ids = 0;
  const draft = (topic = 'a') => ({
    topic,
    id: `m${(ids += 1)}`,
    data: 1,
    publishedAt: '2026-01-01T00:00:00.000Z',
    subject: '',
  });
  const heads = new RecentHeads(counted, clock);
  return {
    clock,
    reads,
    state,
    heads,
    publish: () => heads.append(draft()),
    publishElsewhere: () => log.append(draft()),
  };
}

it('1,000 pings within a second read the head of a topic once, eventually consistent', async () => {
  const { heads, reads, clock } = setUp();
  for (let ping = 0; ping < 1000; ping++) {
    await heads.positions(['a'], EVENTUAL);
    clock.advance(0.99);
  }
  expect(reads).toEqual([{ topics: ['a'], eventual: true }]);
});

it('1,000 pings at the same time read the head of a topic once', async () => {
  const { heads, reads } = setUp();
  await Promise.all(Array.from({ length: 1000 }, () => heads.positions(['a'], EVENTUAL)));
  expect(reads).toHaveLength(1);
});

it('a ping reads only the heads that were not read in the last second, and gets all', async () => {
  const { heads, reads, publish } = setUp();
  await publish();
  await heads.positions(['a'], EVENTUAL);
  expect(await heads.positions(['a', 'b', 'b'], EVENTUAL)).toEqual({
    a: { epoch: 'epoch', sequence: 1 },
    b: { epoch: '', sequence: 0 },
  });
  expect(reads.map(({ topics }) => topics)).toEqual([['a'], ['b']]);
});

it('a ping without topics reads nothing', async () => {
  const { heads, reads } = setUp();
  expect(await heads.positions([], EVENTUAL)).toEqual({});
  expect(reads).toEqual([]);
});

it('a ping notices a message after at most a second', async () => {
  const { heads, clock, publishElsewhere } = setUp();
  await heads.positions(['a'], EVENTUAL);
  await publishElsewhere();
  clock.advance(1000);
  expect(await heads.positions(['a'], EVENTUAL)).toMatchObject({ a: { sequence: 1 } });
});

it('a ping returns the head of a message that the same process has published', async () => {
  const { heads, publish } = setUp();
  await heads.positions(['a'], EVENTUAL);
  await publish();
  expect(await heads.positions(['a'], EVENTUAL)).toMatchObject({ a: { sequence: 1 } });
});

it('a subscription reads the current head, whatever pings have read', async () => {
  const { heads, reads, publishElsewhere } = setUp();
  await heads.positions(['a'], EVENTUAL);
  await publishElsewhere();
  expect(await heads.positions(['a'])).toMatchObject({ a: { sequence: 1 } });
  expect(reads.at(-1)).toEqual({ topics: ['a'], eventual: false });
});

it('a read of heads that failed is not shared with later pings', async () => {
  const { heads, state, publishElsewhere } = setUp();
  await publishElsewhere();
  state.failing = true;
  await expect(heads.positions(['a'], EVENTUAL)).rejects.toThrow(Unavailable);
  state.failing = false;
  expect(await heads.positions(['a'], EVENTUAL)).toMatchObject({ a: { sequence: 1 } });
});

it('a head that could not be read is omitted, and is read again by the next ping, without the others', async () => {
  const { heads, reads, state } = setUp();
  const start = { epoch: '', sequence: 0 };
  state.throttled = 'b';
  expect(await heads.positions(['a', 'b'], EVENTUAL)).toEqual({ a: start });
  state.throttled = '';
  expect(await heads.positions(['a', 'b'], EVENTUAL)).toEqual({ a: start, b: start });
  expect(reads.map(({ topics }) => topics)).toEqual([['a', 'b'], ['b']]);
});

it('the heads of at most 10,000 topics are kept, the latest ones', async () => {
  const { heads, reads } = setUp();
  for (let page = 0; page <= 100; page++) {
    await heads.positions(
      Array.from({ length: 100 }, (_, index) => `t${page * 100 + index}`),
      EVENTUAL,
    );
  }
  reads.length = 0;
  await heads.positions(['t10099'], EVENTUAL);
  await heads.positions(['t100'], EVENTUAL);
  expect(reads).toEqual([]);
  await heads.positions(['t99'], EVENTUAL);
  expect(reads).toHaveLength(1);
});
