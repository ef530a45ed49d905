import { act, Activity, createElement, Fragment, type ReactNode, StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import type { ConnectionState } from '../../client';
import type { Presence } from '../../client/protocol';
import {
  type TopicOptions,
  type TopicStateOptions,
  TwinlaneProvider,
  useConnection,
  usePresence,
  useTopic,
  useTopicState,
  useTwinlane,
} from '../../client/react';
import { Emitter } from '../../client/events';
import type { Message, SubscribeOptions, Subscription } from '../../client';
import { Lanes } from './lanes';
import { rendered } from './rendered';

const OPEN: ConnectionState = { status: 'open', attempt: 0, quality: 'good' };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A client whose events a test emits. */
class FakeClient {
  connection: ConnectionState = { status: 'connecting', attempt: 0, quality: 'none' };
  readonly subscriptions: (Mutable<Subscription> & {
    handler: (message: Message) => void;
    options: SubscribeOptions;
  })[] = [];
  readonly events = new Emitter<{ connection: ConnectionState; subscription: Subscription }>();
  presence: (topic: string) => Promise<Presence> = () => Promise.reject(new Error('no answer'));

  on = this.events.on.bind(this.events);

  subscribe(topic: string, handler: (message: Message) => void, options: SubscribeOptions = {}): Subscription {
    const subscription: (typeof this.subscriptions)[number] = {
      topic,
      state: 'pending',
      position: undefined,
      error: undefined,
      ready: new Promise(() => undefined),
      unsubscribe: () => (subscription.state = 'ended'),
      handler,
      options,
    };
    this.subscriptions.push(subscription);
    return subscription;
  }

  /** The newest subscription. */
  get subscription() {
    return this.subscriptions.at(-1) as (typeof this.subscriptions)[number];
  }

  enter(connection: ConnectionState): void {
    this.connection = connection;
    this.events.emit('connection', connection);
  }

  enterSubscription(state: Subscription['state']): void {
    this.subscription.state = state;
    this.events.emit('subscription', this.subscription);
  }

  push(sequence: number, data: unknown): void {
    const { topic, handler } = this.subscription;
    this.subscription.position = { epoch: 'e', sequence };
    handler({ topic, epoch: 'e', sequence, id: `${sequence}`, data, publishedAt: '' });
  }
}

const within = (client: unknown, ...children: ReactNode[]) =>
  createElement(TwinlaneProvider, { client: client as never }, ...children);

function Topic({
  topic = 'news',
  handler = () => undefined,
  options,
}: {
  topic?: string | null;
  handler?: (message: Message) => void;
  options?: TopicOptions;
}): ReactNode {
  return useTopic(topic, handler, options);
}

function Connection(): ReactNode {
  return useConnection().status;
}

function Log({ topic = 'news', options }: { topic?: string; options?: TopicStateOptions<string> }): ReactNode {
  return useTopicState(topic, (log: string, { data }) => `${log}${data}`, '-', options);
}

function Subscribers({ topic = 'news' }: { topic?: string | null }): ReactNode {
  return usePresence(topic)?.subscribers ?? '?';
}

describe('with both lanes in memory', () => {
  let lanes: Lanes;

  beforeEach(() => {
    lanes = new Lanes();
  });

  afterEach(() => act(async () => lanes.end()));

  /** A client with an open connection. */
  async function connected() {
    const { client } = await lanes.subscriber('other');
    lanes.socket.sent.length = 0;
    return client;
  }

  const frames = () => lanes.socket.sent.map(({ action, ...frame }) => `${action} ${'topic' in frame && frame.topic}`);

  const pass = () => act(() => lanes.time.pass(0));

  const publish = (data: number) => act(() => lanes.publish('news', data));

  test('a component subscribes when it is mounted, and unsubscribes when it is unmounted', async () => {
    const received: unknown[] = [];
    const page = await rendered(
      within(await connected(), createElement(Topic, { handler: ({ data }) => received.push(data) })),
    );
    await pass();
    await publish(1);
    await page.unmount();
    await pass();
    await publish(2);
    expect(frames()).toEqual(['subscribe news', 'unsubscribe news']);
    expect(received).toEqual([1]);
  });

  test('a component in StrictMode, which mounts it twice, sends one frame and handles each message once', async () => {
    const received: unknown[] = [];
    const topic = createElement(Topic, { handler: ({ data }) => received.push(data) });
    await rendered(createElement(StrictMode, null, within(await connected(), topic)));
    await pass();
    await publish(1);
    expect(frames()).toEqual(['subscribe news']);
    expect(received).toEqual([1]);
  });

  test('a component that replaces another with the same topic does not unsubscribe from it', async () => {
    const client = await connected();
    const page = await rendered(within(client, createElement(Topic, { key: 'before' })));
    await pass();
    await page.update(within(client, createElement(Topic, { key: 'after' })));
    await pass();
    expect(frames()).toEqual(['subscribe news', 'subscribe news']);
  });

  test('an unmounted component does not end the subscription of another component', async () => {
    const client = await connected();
    const received: unknown[] = [];
    const kept = createElement(Topic, { key: 'kept', handler: ({ data }) => received.push(data) });
    const page = await rendered(within(client, kept, createElement(Topic, { key: 'removed' })));
    await pass();
    await page.update(within(client, kept));
    await pass();
    await publish(1);
    expect(received).toEqual([1]);
    expect(frames()).not.toContain('unsubscribe news');
  });

  test('a component that renders again with another handler sends no frame, and the new handler gets the message', async () => {
    const client = await connected();
    const received: string[] = [];
    const topic = (name: string) =>
      within(client, createElement(Topic, { handler: ({ data }) => received.push(`${name} ${data}`) }));
    const page = await rendered(topic('first'));
    await pass();
    await page.update(topic('second'));
    await pass();
    await publish(1);
    expect(received).toEqual(['second 1']);
    expect(frames()).toEqual(['subscribe news']);
  });

  test('a component with another topic unsubscribes from the topic before', async () => {
    const client = await connected();
    const page = await rendered(within(client, createElement(Topic, { topic: 'one' })));
    await pass();
    await page.update(within(client, createElement(Topic, { topic: 'two' })));
    await pass();
    expect(frames().sort()).toEqual(['subscribe one', 'subscribe two', 'unsubscribe one']);
  });

  test('a component that is mounted while the user signs out subscribes again, once, with the token of the next user', async () => {
    let user = 'alice';
    const received: unknown[] = [];
    const client = lanes.client({ token: () => user });
    const topic = createElement(Topic, { handler: ({ data }) => received.push(data) });
    const page = await rendered(createElement(StrictMode, null, within(client, topic)));
    await pass();
    await publish(1);
    user = 'bob';
    await act(async () => client.signOut());
    await pass();
    await publish(2);
    expect([page.text, received, frames()]).toEqual(['live', [1, 2], ['subscribe news']]);
    expect(lanes.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer alice', 'Bearer bob']);
    await page.unmount();
    client.signOut();
    await pass();
    expect([lanes.open, client.connection.status]).toEqual([[], 'idle']);
  });

  test('a component renders `ended` when its client is closed, and also if the client was closed before', async () => {
    const client = await connected();
    const page = await rendered(within(client, createElement(Topic)));
    await pass();
    await act(async () => client.close());
    const later = await rendered(within(client, createElement(Topic)));
    expect([page.text, later.text]).toEqual(['ended', 'ended']);
  });

  test('a component whose closed client is replaced subscribes with the next client', async () => {
    const closed = lanes.client();
    closed.close();
    const page = await rendered(within(closed, createElement(Topic)));
    await page.update(within(lanes.client(), createElement(Topic)));
    await pass();
    expect(page.text).toBe('live');
  });

  test('a component without a topic sends no frame', async () => {
    const page = await rendered(within(await connected(), createElement(Topic, { topic: null })));
    await pass();
    expect(frames()).toEqual([]);
    expect(page.text).toBe('ended');
  });

  test('a component that is hidden and shown again handles the messages in between', async () => {
    const client = await connected();
    const received: unknown[] = [];
    const topic = createElement(Topic, { handler: ({ data }) => received.push(data) });
    const shown = (mode: 'visible' | 'hidden') => within(client, createElement(Activity, { mode, children: topic }));
    const page = await rendered(shown('visible'));
    await pass();
    await publish(1);
    await page.update(shown('hidden'));
    await pass();
    await publish(2);
    await page.update(shown('visible'));
    await act(() => lanes.time.pass(5_000));
    expect(received).toEqual([1, 2]);
  });

  test('a server renders the hooks without a connection', () => {
    const client = lanes.client();
    const html = renderToString(
      within(
        client,
        createElement(Connection),
        ' ',
        createElement(Topic),
        createElement(Log),
        createElement(Subscribers),
      ),
    );
    expect(html.replace(/<!-- -->/g, '')).toBe('idle pending-?');
    expect(lanes.sockets).toHaveLength(0);
  });
});

describe('with a fake client', () => {
  let client: FakeClient;

  beforeEach(() => {
    client = new FakeClient();
  });

  test('a component renders each status of the connection', async () => {
    const page = await rendered(within(client, createElement(Connection)));
    expect(page.text).toBe('connecting');
    await act(async () => client.enter(OPEN));
    expect(page.text).toBe('open');
  });

  test('a component renders each state of its subscription', async () => {
    const page = await rendered(within(client, createElement(Topic)));
    expect(page.text).toBe('pending');
    await act(async () => client.enterSubscription('live'));
    expect(page.text).toBe('live');
    await act(async () => client.enterSubscription('refused'));
    expect(page.text).toBe('refused');
  });

  test('a component with another topic does not render the state of the topic before', async () => {
    const page = await rendered(within(client, createElement(Topic)));
    await act(async () => client.enterSubscription('live'));
    await page.update(within(client, createElement(Topic, { topic: 'other' })));
    expect(page.text).toBe('pending');
  });

  test('a subscription calls the `load` of the last render', async () => {
    const loads: string[] = [];
    const topic = (name: string) =>
      within(client, createElement(Topic, { options: { load: async () => void loads.push(name) } }));
    const page = await rendered(topic('first'));
    await page.update(topic('second'));
    await client.subscription.options.load?.({ epoch: '', sequence: 0 }, 'gap', new AbortController().signal);
    expect(loads).toEqual(['second']);
    expect(client.subscriptions).toHaveLength(1);
  });

  test('the messages of a topic are reduced to a state, which starts again for another topic', async () => {
    const page = await rendered(within(client, createElement(Log)));
    await act(async () => client.push(1, 'a'));
    await act(async () => client.push(2, 'b'));
    expect(page.text).toBe('-ab');
    await page.update(within(client, createElement(Log, { topic: 'other' })));
    expect(page.text).toBe('-');
    await act(async () => client.push(1, 'c'));
    expect(page.text).toBe('-c');
  });

  test('a state that is loaded replaces the state before it', async () => {
    const options = { load: async () => 'loaded ' };
    const page = await rendered(within(client, createElement(Log, { options })));
    const { load } = client.subscription.options;
    await act(async () => load?.({ epoch: '', sequence: 0 }, 'start', new AbortController().signal));
    await act(async () => client.push(1, 'a'));
    expect(page.text).toBe('loaded a');
  });

  test('a state that arrives after its request was aborted is ignored', async () => {
    const page = await rendered(within(client, createElement(Log, { options: { load: async () => 'old' } })));
    await act(async () => client.subscription.options.load?.({ epoch: '', sequence: 0 }, 'start', AbortSignal.abort()));
    expect(page.text).toBe('-');
  });

  test('a component outside of a provider throws an error with its fix', () => {
    const Publisher = () => (useTwinlane(), createElement(Fragment));
    expect(() => renderToString(createElement(Publisher))).toThrow(/Fix: .* <TwinlaneProvider client=\{client\}>/);
  });

  describe('and a page that can be hidden', () => {
    const page = Object.assign(new EventTarget(), { hidden: false });
    const counts = [3, 4, 5, 6];
    let asked: string[];

    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'setImmediate', 'performance'] });
      Object.assign(globalThis, { document: page });
      page.hidden = false;
      asked = [];
      client.connection = OPEN;
      client.presence = async (topic) => {
        asked.push(topic);
        return { subscribers: counts[asked.length - 1] ?? 0, exact: true };
      };
    });

    afterEach(() => {
      jest.useRealTimers();
      Reflect.deleteProperty(globalThis, 'document');
    });

    const pass = (milliseconds: number) => act(() => jest.advanceTimersByTimeAsync(milliseconds));

    test('a component requests the number of subscribers every 30 seconds', async () => {
      const component = await rendered(within(client, createElement(Subscribers)));
      expect(component.text).toBe('3');
      await pass(29_999);
      expect(component.text).toBe('3');
      await pass(1);
      expect(component.text).toBe('4');
      await component.unmount();
      await pass(120_000);
      expect(asked).toHaveLength(2);
    });

    test('a component requests no number of subscribers while the page is hidden, and one when it is shown', async () => {
      const component = await rendered(within(client, createElement(Subscribers)));
      page.hidden = true;
      await pass(300_000);
      expect(asked).toHaveLength(1);
      page.hidden = false;
      await act(async () => void page.dispatchEvent(new Event('visibilitychange')));
      expect(component.text).toBe('4');
      await component.unmount();
    });

    test('a component requests the number of subscribers again when the connection opens', async () => {
      const { presence } = client;
      client.connection = { ...OPEN, status: 'connecting' };
      client.presence = () => Promise.reject(new Error('no connection'));
      const component = await rendered(within(client, createElement(Subscribers)));
      expect(component.text).toBe('?');
      client.presence = presence;
      await act(async () => client.enter(OPEN));
      await act(async () => client.enter({ ...OPEN, rtt: 20 }));
      expect(component.text).toBe('3');
      await component.unmount();
    });

    test('a component without a topic requests no number of subscribers', async () => {
      const component = await rendered(within(client, createElement(Subscribers, { topic: null })));
      await pass(60_000);
      expect(asked).toEqual([]);
      await component.unmount();
    });
  });
});
