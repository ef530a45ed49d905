import { framesOf } from '../../../lambda/realtime/frames';
import type { Connection, Outbox } from '../../../lambda/realtime/ports';
import { POSTS_AT_ONCE, type Post, postAll } from '../../../lambda/realtime/posting';
import { ManualClock } from '../../support/memory/clock';
import { messagesOf } from './message';

const [first, second] = messagesOf('t', 2).flatMap((message) => framesOf([message]));
const frames = [first, second].flatMap((frame) => frame ?? []);
const postTo = (...ids: string[]): Post[] => ids.map((id) => ({ to: { id, connectedAt: 0 }, frames, sent: 0 }));
const idsOf = (posts: Post[]) => posts.map(({ to }) => to.id).sort();

function setUp(post: Outbox['post'], random?: () => number) {
  const clock = new ManualClock(100_000, random);
  const forgotten: Connection[] = [];
  const connections = {
    forget: async (connection: Connection) => {
      forgotten.push(connection);
    },
  };
  return { clock, forgotten, posting: { outbox: { post }, connections, clock, deadline: 105_000 } };
}

it('postAll() sends the frames of a connection one after another', async () => {
  const sent: string[] = [];
  let inFlight = 0;
  const { posting } = setUp(async (_, text) => {
    expect(++inFlight).toBe(1);
    await new Promise(setImmediate);
    inFlight -= 1;
    sent.push(text);
    return 'sent';
  });
  expect(await postAll(postTo('a'), posting)).toEqual({ left: [], gone: 0, errors: [] });
  expect(sent).toEqual(frames.map(({ text }) => text));
});

it('postAll() deletes and counts a connection that no longer exists, and skips its remaining frames', async () => {
  const sent: string[] = [];
  const { posting, forgotten } = setUp(async (id) => {
    sent.push(id);
    return id === 'b' ? 'gone' : 'sent';
  });
  expect(await postAll(postTo('a', 'b'), posting)).toEqual({ left: [], gone: 1, errors: [] });
  expect(sent.sort()).toEqual(['a', 'a', 'b']);
  expect(forgotten).toEqual([{ id: 'b', connectedAt: 0 }]);
});

it('postAll() retries a busy connection with jitter, from the refused frame on', async () => {
  const texts: string[] = [];
  const { posting, clock } = setUp(
    async (_, text) => {
      texts.push(text);
      return texts.length === 2 || texts.length === 3 ? 'busy' : 'sent';
    },
    () => 0.5,
  );
  expect(await postAll(postTo('a'), posting)).toEqual({ left: [], gone: 0, errors: [] });
  expect(texts).toEqual([first?.text, second?.text, second?.text, second?.text]);
  expect(clock.waits).toEqual([50, 100]);
});

it('postAll() posts to all other connections before it retries a busy one, regardless of how many are busy', async () => {
  const order: string[] = [];
  const slow = Array.from({ length: 2 * POSTS_AT_ONCE }, (_, index) => `slow${index}`);
  const tried = new Set<string>();
  const { posting } = setUp(async (id) => {
    order.push(id);
    const again = tried.has(id) || !id.startsWith('slow');
    tried.add(id);
    return again ? 'sent' : 'busy';
  });
  expect(await postAll(postTo(...slow, 'fine'), posting)).toEqual({ left: [], gone: 0, errors: [] });
  expect(order.lastIndexOf('fine')).toBeLessThan(order.indexOf('slow0', 1));
});

it.each([
  ['posts to others succeed', ['busy', 'fine']],
  ['no post succeeds', ['busy']],
])(
  'postAll() returns a connection that is busy for a second if %s, with time left before the deadline',
  async (_, ids) => {
    const { posting, clock } = setUp(async (id) => (id === 'busy' ? 'busy' : 'sent'));
    const { left } = await postAll(postTo(...ids), posting);
    expect(left).toMatchObject(postTo('busy'));
    expect(clock.now()).toBeLessThanOrEqual(101_000);
    expect(clock.waits.length).toBeGreaterThan(1);
  },
);

it('postAll() retries until the deadline while any posts succeed, because all functions share the quota', async () => {
  let quota = 0;
  const { posting, clock } = setUp(
    async () => (quota-- > 0 ? 'sent' : 'busy'),
    () => 0.9,
  );
  const { wait } = clock;
  clock.wait = (milliseconds) => {
    quota = 1;
    return wait.call(clock, milliseconds);
  };
  const many = postTo(...Array.from({ length: 100 }, (_, index) => `c${index}`));
  const { left } = await postAll(many, posting);
  expect(clock.now()).toBeGreaterThan(104_800);
  expect(many.reduce((sum, { sent }) => sum + sent, 0)).toBe(clock.waits.length);
  expect(left.length).toBeGreaterThan(0);
});

it('postAll() returns the rest a second after the last post that succeeded', async () => {
  let accepted = 5;
  const { posting, clock } = setUp(
    async () => (accepted-- > 0 ? 'sent' : 'busy'),
    () => 0.9,
  );
  const { wait } = clock;
  let lastProgress = 0;
  clock.wait = async (milliseconds) => {
    await wait.call(clock, milliseconds);
    if (clock.now() < 103_000) {
      accepted = 1;
      lastProgress = clock.now();
    }
  };
  const many = postTo(...Array.from({ length: 100 }, (_, index) => `c${index}`));
  await postAll(many, posting);
  expect(lastProgress).toBeGreaterThan(102_000);
  expect(clock.now()).toBeGreaterThan(lastProgress);
  expect(clock.now()).toBeLessThanOrEqual(lastProgress + 1000);
});

it('postAll() starts no post after the deadline', async () => {
  const { posting, clock } = setUp(async () => {
    throw new Error('posted');
  });
  clock.advance(5001);
  expect(await postAll(postTo('a', 'b'), posting)).toEqual({ left: postTo('a', 'b'), gone: 0, errors: [] });
});

it('postAll() returns a connection with an unexpected error and the error, and continues with the others', async () => {
  const error = new Error('forbidden');
  const { posting } = setUp(async (id) => {
    if (id === 'a') {
      throw error;
    }
    return 'sent';
  });
  expect(await postAll(postTo('a', 'b'), posting)).toMatchObject({ left: postTo('a'), gone: 0, errors: [error] });
});

it('postAll() has at most POSTS_AT_ONCE posts in flight', async () => {
  let inFlight = 0;
  let maximum = 0;
  const { posting } = setUp(async () => {
    maximum = Math.max(maximum, ++inFlight);
    await new Promise(setImmediate);
    inFlight -= 1;
    return 'sent';
  });
  const many = postTo(...Array.from({ length: 100 }, (_, index) => `c${index}`));
  expect(idsOf((await postAll(many, posting)).left)).toEqual([]);
  expect(maximum).toBe(POSTS_AT_ONCE);
});
