import { getEventListeners } from 'node:events';
import { Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

/** Runs without a property of an object, and restores it. */
async function without(owner: object, name: string, run: () => Promise<void>): Promise<void> {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value: undefined, configurable: true, writable: true });
  try {
    await run();
  } finally {
    property ? Object.defineProperty(owner, name, property) : Reflect.deleteProperty(owner, name);
  }
}

it.each<[string, object, string]>([
  ['AbortSignal.any', AbortSignal, 'any'],
  ['AbortSignal.timeout', AbortSignal, 'timeout'],
  ['throwIfAborted', AbortSignal.prototype, 'throwIfAborted'],
  ['crypto.randomUUID', globalThis.crypto, 'randomUUID'],
  ['crypto', globalThis, 'crypto'],
  ['structuredClone', globalThis, 'structuredClone'],
  ['TextEncoder', globalThis, 'TextEncoder'],
  ['addEventListener', globalThis, 'addEventListener'],
])('the client subscribes, publishes and aborts in an environment without %s', async (_, owner, name) => {
  await without(owner, name, async () => {
    const abort = new AbortController();
    const { client, data } = await lanes.subscriber('news', { newId: undefined });
    const { id } = await client.publish('news', 1, { signal: abort.signal });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await lanes.publish('news', 2);
    await lanes.time.pass(1_000);
    lanes.http = () => problem(503, 'unavailable');
    const aborted = expect(client.publish('news', 3, { signal: abort.signal })).rejects.toBe('left');
    await lanes.time.pass(1);
    abort.abort('left');
    await aborted;
    expect(data()).toEqual([1, 2]);
  });
});

it('the client can be created in a page whose document has no head yet, and where there is no network', () => {
  const page = globalThis as { document?: object | undefined };
  page.document = { createElement: () => ({}) };
  try {
    expect(lanes.client().connection.status).toBe('idle');
  } finally {
    delete page.document;
  }
});

it('a message id is random also without crypto', async () => {
  await without(globalThis, 'crypto', async () => {
    const client = lanes.client({ newId: undefined });
    const ids = [await client.publish('a', 1), await client.publish('a', 1), await client.publish('a', 1)];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3);
  });
});

it('publishes and subscriptions leave no listener on a signal that outlives them', async () => {
  const { signal } = new AbortController();
  const client = lanes.client({ token: () => 'secret' });
  for (let count = 0; count < 20; count += 1) {
    await client.publish('news', count, { signal });
    client.subscribe('news', () => undefined, { signal }).unsubscribe();
  }
  lanes.http = () => problem(503, 'unavailable');
  const failed = expect(client.publish('news', 1, { signal })).rejects.toMatchObject({ code: 'unavailable' });
  await lanes.time.pass(60_000);
  await failed;
  client.subscribe('news', () => undefined, { signal });
  client.close();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

it('of two registrations of one listener, one can be removed', async () => {
  const client = lanes.client();
  const listener = jest.fn();
  const off = client.on('connection', listener);
  client.on('connection', listener);
  off();
  off();
  client.close();
  expect(listener).toHaveBeenCalledTimes(1);
});

it('a client that is closed in a handler handles no further message', async () => {
  const client = lanes.client();
  const data: unknown[] = [];
  const handler = (message: { data: unknown }) => {
    data.push(message.data);
    client.close();
  };
  client.subscribe('news', handler);
  client.subscribe('news', handler);
  await lanes.time.pass(0);
  const messages = [await lanes.append('news', 1), await lanes.append('news', 2)];
  lanes.socket.receive({ type: 'messages', messages });
  expect([data, client.connection.status]).toEqual([[1], 'closed']);
});
