import fc from 'fast-check';
import { deliver, POSTS_AT_ONCE } from '../../../lambda/realtime/delivery';
import type { Connection, Delivery, Outbox } from '../../../lambda/realtime/ports';
import { ManualClock } from '../../memory/clock';
import { MemoryConnections } from '../../memory/connections';

const delivery = (frame: string, ...ids: string[]): Delivery => ({
  frame,
  connections: ids.map((id) => ({ id, connectedAt: 0 })),
});

function setUp(post: Outbox['post'], random?: () => number) {
  const clock = new ManualClock(100_000, random);
  const forgotten: Connection[] = [];
  const connections = new MemoryConnections(clock);
  connections.forget = async (connection) => {
    forgotten.push(connection);
  };
  return { clock, forgotten, delivering: { outbox: { post }, connections, clock, deadline: 105_000 } };
}

it('posts each frame to its connections', async () => {
  const posts: string[] = [];
  const { delivering } = setUp(async (id, text) => {
    posts.push(`${id}${text}`);
    return 'sent';
  });
  expect(await deliver([delivery('x', 'a', 'b'), delivery('y', 'c')], delivering)).toEqual([]);
  expect(posts.sort()).toEqual(['ax', 'bx', 'cy']);
});

it('forgets who is gone, and only them', async () => {
  const { delivering, forgotten } = setUp(async (id) => (id === 'b' ? 'gone' : 'sent'));
  expect(await deliver([delivery('x', 'a', 'b', 'c')], delivering)).toEqual([]);
  expect(forgotten).toEqual([{ id: 'b', connectedAt: 0 }]);
});

it('tries again with jitter while a connection is busy', async () => {
  let attempts = 0;
  const { delivering, clock } = setUp(
    async () => (++attempts < 4 ? 'busy' : 'sent'),
    () => 0.5,
  );
  expect(await deliver([delivery('x', 'a')], delivering)).toEqual([]);
  expect(clock.waits).toEqual([50, 100, 200]);
});

it('reports who is busy until the deadline, and has delivered the rest', async () => {
  const sent: string[] = [];
  const { delivering, clock } = setUp(async (id) => {
    if (id === 'b') {
      return 'busy';
    }
    sent.push(id);
    return 'sent';
  });
  const [busy, fine] = [delivery('x', 'a', 'b', 'c'), delivery('y', 'd')];
  expect(await deliver([busy, fine], delivering)).toEqual([{ delivery: busy, cause: 'busy' }]);
  expect(sent.sort()).toEqual(['a', 'c', 'd']);
  expect(clock.now()).toBeLessThanOrEqual(105_000);
});

it('begins no post after the deadline', async () => {
  const { delivering, clock } = setUp(async () => {
    throw new Error('posted');
  });
  clock.advance(5001);
  const late = delivery('x', 'a');
  expect(await deliver([late], delivering)).toEqual([{ delivery: late, cause: 'busy' }]);
});

it('reports an unexpected error with its delivery, and goes on', async () => {
  const error = new Error('forbidden');
  const { delivering } = setUp(async (id) => {
    if (id === 'a') {
      throw error;
    }
    return 'sent';
  });
  const refused = delivery('x', 'a', 'b');
  expect(await deliver([refused, delivery('y', 'c')], delivering)).toEqual([{ delivery: refused, cause: error }]);
});

it('has so many posts in flight, and no more', async () => {
  let inFlight = 0;
  let most = 0;
  const { delivering } = setUp(async () => {
    most = Math.max(most, ++inFlight);
    await new Promise(setImmediate);
    inFlight -= 1;
    return 'sent';
  });
  await deliver([delivery('x', ...Array.from({ length: 100 }, (_, index) => `c${index}`))], delivering);
  expect(most).toBe(POSTS_AT_ONCE);
});

it('loses nobody, whatever the outbox does', async () => {
  const outcome = fc.constantFrom('sent', 'gone', 'busy', 'error');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(outcome, { minLength: 1, maxLength: 5 }), { maxLength: 80 }),
      async (scripts) => {
        const left = new Map(scripts.map((script, index) => [`c${index}`, [...script]]));
        const settled = new Set<string>();
        const { delivering, forgotten } = setUp(async (id) => {
          const next = left.get(id)?.shift() ?? 'sent';
          if (next === 'error') {
            throw new Error('unexpected');
          }
          if (next === 'sent') {
            settled.add(id);
          }
          return next;
        });
        const deliveries = scripts.map((_, index) => delivery('x', `c${index}`));
        const failures = await deliver(deliveries, delivering);
        const ids = (list: Connection[]) => list.map(({ id }) => id);
        const accounted = [
          ...settled,
          ...ids(forgotten),
          ...failures.flatMap(({ delivery }) => ids(delivery.connections)),
        ];
        expect(accounted.sort()).toEqual([...left.keys()].sort());
      },
    ),
    { numRuns: 50 },
  );
});
