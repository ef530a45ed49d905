import fc from 'fast-check';
import type { Message, Position } from '../../client';
import { START } from '../../client/protocol';
import { Lanes, problem } from './lanes';

const MINUTE = 60_000;

/** Delays of the copies of a push, in milliseconds. An empty list: the push is lost. */
const copies = fc.oneof(
  fc.constantFrom<number[][]>([0], []),
  fc.array(fc.nat(3_000), { minLength: 1, maxLength: 3 }),
  fc.array(fc.nat(200), { minLength: 1, maxLength: 1 }),
);

type Event = { publish: number[] } | { pass: number } | 'break' | 'refuse' | 'admit' | 'http down' | 'http up';

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ publish: copies }) },
  { weight: 3, arbitrary: fc.record({ pass: fc.nat(5_000) }) },
  fc.constantFrom<Event>('break', 'refuse', 'admit', 'http down', 'http up'),
);

const events = fc.array(event, { maxLength: 60 });

/** Plays the events, then repairs both lanes and waits until a ping has been sent. */
async function play(lanes: Lanes, timeline: readonly (Event | 'restore')[]): Promise<void> {
  for (const each of timeline) {
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

test('a handler gets every message once and in order, whatever happens to pushes and connections', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.infiniteStream(fc.double({ min: 0.01, max: 0.99, noNaN: true })),
      async (all, chances) => {
        const lanes = new Lanes(() => chances.next().value as number);
        try {
          const { client, received } = await lanes.subscriber('news', { rotateAfter: [10_000, 60_000] });
          const loaded: number[] = [];
          client.on('error', () => undefined);
          client.subscribe('news', ({ sequence }) => loaded.push(sequence), {
            last: 5,
            load: async () => {
              await lanes.time.wait(lanes.time.random() * 20_000);
              if (lanes.time.random() < 0.5) {
                throw new Error('down');
              }
            },
          });
          await lanes.time.pass(0);
          await play(lanes, all);
          const published = all.filter((each) => typeof each === 'object' && 'publish' in each).length;
          expect(received.map(({ sequence }) => sequence)).toEqual(
            Array.from({ length: published }, (_, index) => index + 1),
          );
          expect(loaded).toEqual(received.map(({ sequence }) => sequence));
          expect(client.connection.status).toBe('open');
        } finally {
          lanes.end();
        }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test('a handler is notified of every lost message when the log is restored', async () => {
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
        await play(lanes, all);
        expect([unannounced, position]).toEqual([[], await lanes.head('news')]);
      } finally {
        lanes.end();
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('pushes far ahead of the position are dropped and read from history later', async () => {
  const lanes = new Lanes();
  const { received } = await lanes.subscriber();
  await lanes.append('news', 'lost');
  for (let data = 0; data < 3_000; data += 1) {
    await lanes.publish('news', data);
  }
  await lanes.time.pass(MINUTE);
  expect(received.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 3_001 }, (_, index) => index + 1));
  expect(lanes.paths('GET').length).toBeGreaterThan(15);
  lanes.end();
});
