import { Kept } from '../../../tools/demo/page/kept';

const ALICE = { subject: 'alice', tenant: 'acme' };

let values: Map<string, string>;

beforeEach(() => {
  values = new Map();
});

/** Creates what the page of a tab has kept, as after a reload. */
function reloaded(): Kept {
  return new Kept(() => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }));
}

test('a page that is reloaded has its user, its topics and the position of each', () => {
  const kept = reloaded();
  kept.signedIn(ALICE);
  kept.subscribed('news', undefined);
  kept.subscribed('orders', { epoch: 'e', sequence: 1 });
  kept.subscribed('orders', { epoch: 'e', sequence: 2 });
  kept.subscribed('left', undefined);
  kept.unsubscribed('left');
  expect(reloaded().identity).toEqual(ALICE);
  expect(reloaded().topics).toEqual([
    ['news', undefined],
    ['orders', { epoch: 'e', sequence: 2 }],
  ]);
});

test('a reloaded page keeps the position of a message, and not its data', () => {
  const message = { topic: 'news', id: 'm', data: 'secret', publishedAt: '', epoch: 'e', sequence: 1 };
  reloaded().subscribed('news', message);
  expect([...values.values()].join()).not.toContain('secret');
});

test('nothing of a user remains in the tab after signing out', () => {
  const kept = reloaded();
  kept.signedIn({ token: 'secret' });
  kept.subscribed('news', undefined);
  kept.signedOut();
  expect(values.size).toBe(0);
  expect([kept.identity, kept.topics]).toEqual([undefined, []]);
});

test.each(['nonsense', '1', 'null', '[]', '{"topics":1}'])('a tab with the stored text %s is signed out', (value) => {
  values.set('twinlane', value);
  expect([reloaded().identity, reloaded().topics]).toEqual([undefined, []]);
});

test('in a browser that blocks storage, a user can sign in and subscribe', () => {
  const kept = new Kept(() => {
    throw new Error('SecurityError');
  });
  kept.signedIn(ALICE);
  kept.subscribed('news', undefined);
  expect([kept.identity, kept.topics]).toEqual([ALICE, [['news', undefined]]]);
});
