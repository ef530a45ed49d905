import fc from 'fast-check';
import { CONNECTIONS_PER_DELIVERY, deliveriesOf, fanOut } from '../../../lambda/realtime/fan-out';
import { type Connection, type Delivery, Unavailable } from '../../../lambda/realtime/ports';
import type { Message } from '../../../lambda/realtime/protocol';
import { ManualClock } from '../../memory/clock';
import { MemoryConnections } from '../../memory/connections';

const message: Message = {
  topic: 'room:1',
  epoch: 'e',
  sequence: 7,
  id: 'm',
  data: { text: 'hello' },
  publishedAt: '2026-01-01T00:00:00.000Z',
};

const people = (count: number): Connection[] =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index}=`, connectedAt: index }));

it('splits connections so that each is in one delivery, and none is too large', () => {
  fc.assert(
    fc.property(fc.nat(1000), (count) => {
      const deliveries = deliveriesOf('frame', people(count));
      expect(deliveries.flatMap(({ connections }) => connections)).toEqual(people(count));
      for (const { frame, connections } of deliveries) {
        expect(frame).toBe('frame');
        expect(connections.length).toBeGreaterThan(0);
        expect(connections.length).toBeLessThanOrEqual(CONNECTIONS_PER_DELIVERY);
      }
    }),
  );
});

async function subscribed(count: number) {
  const clock = new ManualClock();
  const connections = new MemoryConnections(clock);
  for (const { id } of people(count)) {
    const connection = { id, connectedAt: clock.now() };
    await connections.connect(connection);
    await connections.subscribe(connection, message.topic);
  }
  return connections;
}

it('hands every subscriber the same frame', async () => {
  const enqueued: Delivery[] = [];
  const queue = {
    enqueue: async (deliveries: Delivery[]) => {
      enqueued.push(...deliveries);
      return [];
    },
  };
  await fanOut(message, { connections: await subscribed(250), queue });
  expect(enqueued.map(({ connections }) => connections.length)).toEqual([100, 100, 50]);
  expect(new Set(enqueued.flatMap(({ connections }) => connections.map(({ id }) => id))).size).toBe(250);
  expect(enqueued.map(({ frame }) => JSON.parse(frame))).toEqual(enqueued.map(() => ({ type: 'message', ...message })));
});

it('fails if the queue does not take all', async () => {
  const queue = { enqueue: async (deliveries: Delivery[]) => deliveries.slice(-1) };
  await expect(fanOut(message, { connections: await subscribed(150), queue })).rejects.toThrow(Unavailable);
});
