/** An application with typed topics. Compiled, not run: `@ts-expect-error` marks the lines that must not compile. */
import { TwinlaneClient, TwinlaneError, type ConnectionState, type Message } from '@twinlane/client';

interface Order {
  id: string;
  lines: readonly { sku: string; count: number }[];
  paid?: boolean;
}
type Chat = { from: string; text: string };
type Topics = { orders: Order; [room: `room:${string}`]: Chat };

class Draft {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
  toJSON(): Order {
    return { id: this.id, lines: [] };
  }
}

const options = { httpUrl: 'https://api.example.com', webSocketUrl: 'wss://ws.example.com' };
const typed = new TwinlaneClient<Topics>(options);
const untyped = new TwinlaneClient(options);

export async function main(order: Order, room: string): Promise<void> {
  await typed.publish('orders', order);
  await typed.publish('orders', new Draft('1'));
  await typed.publish('orders', { id: '1', lines: [{ sku: 'a', count: 1 }] } as const);
  await typed.publish('room:1', { from: 'a', text: 'b' });
  await typed.publish(`room:${room}`, { from: 'a', text: 'b' });
  // @ts-expect-error -- the data of another topic
  await typed.publish('orders', { from: 'a', text: 'b' });
  // @ts-expect-error -- no such topic
  await typed.publish('order', order);
  // @ts-expect-error -- a member has another type
  await typed.publish('room:1', { from: 'a', text: 1 });

  typed.subscribe('orders', ({ data }) => data.lines.map(({ sku }) => sku.length));
  typed.subscribe(`room:${room}`, ({ data }: Message<Chat>) => data.text.length);
  // @ts-expect-error -- the handler of another topic
  typed.subscribe('orders', ({ data }: Message<Chat>) => data.text);
  // @ts-expect-error -- no such topic
  typed.subscribe('order', () => undefined);

  const subscription = typed.subscribe('orders', () => undefined, {
    last: 10,
    load: async (at, why, signal) => void [at.epoch, at.sequence, why === 'gap', signal.aborted],
  });
  const { epoch, sequence } = await subscription.ready;
  for await (const { data } of typed.history('orders', { after: { epoch, sequence } })) {
    void data.id.length;
  }
  const { subscribers, exact } = await typed.presence('orders');
  void [subscribers + 1, exact];

  await untyped.publish('any.topic', order);
  await untyped.publish('any.topic', new Date());
  await untyped.publish('any.topic', [1, 'two', null] as const);
  untyped.subscribe('any.topic', ({ data }) => {
    // @ts-expect-error -- the type of the data is unknown
    void data.text;
  });

  const forget = typed.on('connection', ({ status, reason }: ConnectionState) => void [status, reason]);
  forget();
  typed.on('error', (error) => void (TwinlaneError.is(error) && error.retryable));
}
