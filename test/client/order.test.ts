import fc from 'fast-check';
import type { Message, Position } from '../../client';
import { START } from '../../lambda/realtime/protocol';
import { Lanes, problem } from './lanes';

const MINUTE = 60_000;

/** What may happen to a push on its way: when each copy of it arrives, in milliseconds. */
const fate = fc.oneof(
  fc.constantFrom<number[][]>([0], []),
  fc.array(fc.nat(3_000), { minLength: 1, maxLength: 3 }),
  fc.array(fc.nat(200), { minLength: 1, maxLength: 1 }),
);

type Event = { publish: number[] } | { pass: number } | 'break' | 'refuse' | 'admit' | 'http down' | 'http up';

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ publish: fate }) },
  { weight: 3, arbitrary: fc.record({ pass: fc.nat(5_000) }) },
  fc.constantFrom<Event>('break', 'refuse', 'admit', 'http down', 'http up'),
);

const events = fc.array(event, { maxLength: 60 });

/** Lets it all happen, then heals everything, and waits for longer than a ping takes. */
async function live(lanes: Lanes, happening: readonly (Event | 'restore')[]): Promise<void> {
  for (const each of happening) {
    if (each === 'break') {
      lanes.open[0]?.break();
    } else if (each === 'refuse' || each === 'admit') {
      lanes.handshake = each === 'refuse' ? 'refuse' : 'open';
    } else if (each === 'http down' || each === 'http up') {
      lanes.http = () => (each === 'http down' ? problem(503, 'unavailable') : undefined);
    } else if (each === 'restore') {
      lanes.restore();
    } else if ('pass' in each) {
      await lanes.time.pass(each.pass);
    } else {
      lanes.push = (message, socket) => {
        for (const delay of each.publish) {
          lanes.time.setTimeout(() => socket.receive({ type: 'message', ...message }), delay);
        }
      };
      await lanes.publish('news', null);
    }
  }
  lanes.handshake = 'open';
  lanes.http = () => undefined;
  await lanes.time.pass(8 * MINUTE);
}

test('whatever becomes of pushes and connections, a handler gets every message once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.infiniteStream(fc.double({ min: 0.01, max: 0.99, noNaN: true })),
      async (all, chances) => {
        const lanes = new Lanes(() => chances.next().value as number);
        try {
          const { client, heard } = await lanes.listening('news', { rotateAfter: [10_000, 60_000] });
          await live(lanes, all);
          const published = all.filter((each) => typeof each === 'object' && 'publish' in each).length;
          expect(heard.map(({ sequence }) => sequence)).toEqual(
            Array.from({ length: published }, (_, index) => index + 1),
          );
          expect(client.state).toBe('open');
        } finally {
          lanes.end();
        }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test('also when the log is restored, nothing is missed without being told', async () => {
  const restored = fc.array(fc.oneof({ weight: 9, arbitrary: event }, fc.constant('restore' as const)), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(restored, async (all) => {
      const lanes = new Lanes();
      try {
        const client = lanes.client();
        let position: Position = START;
        const unannounced: unknown[] = [];
        const handle = ({ epoch, sequence }: Message) => {
          if (sequence !== position.sequence + 1 || (position.epoch && epoch !== position.epoch)) {
            unannounced.push({ position, epoch, sequence });
          }
          position = { epoch, sequence };
        };
        client.on('recovered', ({ recovered, epoch, sequence }) => {
          if (recovered && (epoch !== position.epoch || sequence !== position.sequence)) {
            unannounced.push({ position, recovered, epoch, sequence });
          }
          position = { epoch, sequence };
        });
        client.subscribe('news', handle, { after: START });
        await lanes.time.pass(0);
        await live(lanes, all);
        const { epoch, sequence } = await client.history('news');
        expect([unannounced, position]).toEqual([[], { epoch, sequence }]);
      } finally {
        lanes.end();
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('a push that is far ahead waits in no memory: history is read when its turn comes', async () => {
  const lanes = new Lanes();
  const { heard } = await lanes.listening();
  await lanes.append('news', 'lost');
  for (let data = 0; data < 3_000; data += 1) {
    await lanes.publish('news', data);
  }
  await lanes.time.pass(MINUTE);
  expect(heard.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 3_001 }, (_, index) => index + 1));
  expect(lanes.paths('GET').length).toBeGreaterThan(15);
  lanes.end();
});
