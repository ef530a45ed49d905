import { PreparedHeads } from '../../../lambda/adapters/prepared-heads';
import type { Item } from '../../../lambda/adapters/table';
import { ManualClock } from '../../support/memory/clock';

function setUp() {
  const clock = new ManualClock();
  const reads: string[] = [];
  const faults: Error[] = [];
  const heads = new PreparedHeads(async (topic): Promise<Item> => {
    reads.push(topic);
    const fault = faults.shift();
    if (fault) {
      throw fault;
    }
    return { pk: `TOPIC#${topic}`, sk: 'HEAD', lastSequence: reads.length };
  }, clock);
  return { clock, reads, faults, heads };
}

it('a prepared head is used by one append, and the next one reads', async () => {
  const { heads, reads } = setUp();
  heads.prepare('t');
  expect(await heads.take('t')).toMatchObject({ lastSequence: 1 });
  expect(await heads.take('t')).toMatchObject({ lastSequence: 2 });
  expect(reads).toEqual(['t', 't']);
});

it('a head is prepared for its own topic only', async () => {
  const { heads, reads } = setUp();
  heads.prepare('a');
  expect(await heads.take('b')).toMatchObject({ pk: 'TOPIC#b' });
  expect(reads).toEqual(['a', 'b']);
});

it('a head that was prepared 100 ms ago is not used', async () => {
  const { heads, clock } = setUp();
  heads.prepare('t');
  clock.advance(99);
  expect(await heads.take('t')).toMatchObject({ lastSequence: 1 });
  heads.prepare('t');
  clock.advance(100);
  expect(await heads.take('t')).toMatchObject({ lastSequence: 3 });
});

it('1,000 publishers of a topic that are all refused within a second read its head ten times', () => {
  const { heads, clock, reads } = setUp();
  for (let request = 0; request < 1000; request += 1) {
    heads.prepare('t');
    clock.advance(1);
  }
  expect(reads).toHaveLength(10);
});

it('a head that is not kept for the next append is read after the failure of its preparation', async () => {
  const { heads, faults, reads } = setUp();
  faults.push(new RangeError('no'));
  heads.prepare('t');
  await expect(heads.take('t')).rejects.toThrow('no');
  expect(await heads.take('t')).toMatchObject({ lastSequence: 2 });
  expect(reads).toHaveLength(2);
});

it('a preparation that fails and is never used is no unhandled error', async () => {
  const { heads, faults } = setUp();
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  faults.push(new RangeError('no'));
  heads.prepare('t');
  await new Promise(setImmediate);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

it('at most 1,000 heads are kept, and the oldest is dropped first', async () => {
  const { heads, reads } = setUp();
  for (let topic = 0; topic <= 1000; topic += 1) {
    heads.prepare(`t${topic}`);
  }
  expect(reads).toHaveLength(1001);
  await heads.take('t1');
  await heads.take('t1000');
  expect(reads).toHaveLength(1001);
  await heads.take('t0');
  expect(reads).toHaveLength(1002);
});
