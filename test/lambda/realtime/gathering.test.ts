import { GroupCommit } from '../../../lambda/realtime/group-commit';
import type { Draft } from '../../../lambda/realtime/ports';
import { Random } from '../../simulation/random';
import { Time } from '../../simulation/time';

const draft = (id: string, data: Draft['data'] = id): Draft => ({
  topic: 't',
  id,
  data,
  publishedAt: '2026-01-01T00:00:00.000Z',
  subject: 'alice',
});

/** Creates a group commit in virtual time, whose commits take 20 ms and whose preparation takes some milliseconds. */
function setUp({ preparation = 0, count = 16 } = {}) {
  const random = new Random(1);
  const time = new Time(() => random.next());
  const begun = time.now();
  const groups: { at: number; ids: string[] }[] = [];
  const appends = new GroupCommit({
    clock: { now: time.now, random: time.random, wait: (milliseconds) => time.wait(milliseconds) },
    group: { count, bytes: 64 * 1024 },
    ...(preparation > 0 && { prepare: () => time.wait(preparation) }),
    commit: async (drafts) => {
      groups.push({ at: time.now() - begun, ids: drafts.map(({ id }) => id) });
      await time.wait(20);
      return drafts.map(({ subject: _, ...content }) => ({ ...content, epoch: 'e', sequence: 1 }));
    },
  });
  return {
    time,
    groups,
    appends,
    appendAt: (milliseconds: number, id: string) => time.setTimeout(() => void appends.append(draft(id)), milliseconds),
  };
}

it('drafts that arrive while the commit is prepared are in its group', async () => {
  const { time, groups, appendAt } = setUp({ preparation: 5 });
  appendAt(0, 'a');
  appendAt(4, 'b');
  appendAt(6, 'c');
  await time.pass(100);
  expect(groups).toEqual([
    { at: 5, ids: ['a', 'b'] },
    { at: 30, ids: ['c'] },
  ]);
});

it('a group waits for announced drafts, and is committed as soon as the last of them arrives', async () => {
  const { time, groups, appends, appendAt } = setUp();
  ['a', 'b', 'c'].forEach(() => appends.announce('t'));
  appendAt(3, 'a');
  appendAt(5, 'b');
  appendAt(7, 'c');
  await time.pass(100);
  expect(groups).toEqual([{ at: 7, ids: ['a', 'b', 'c'] }]);
});

it('a group waits at most 10 ms for an announced draft that does not arrive', async () => {
  const { time, groups, appends, appendAt } = setUp();
  ['a', 'never'].forEach(() => appends.announce('t'));
  appendAt(3, 'a');
  await time.pass(100);
  expect(groups).toEqual([{ at: 10, ids: ['a'] }]);
});

it('a draft that is announced alone does not wait', async () => {
  const { time, groups, appends, appendAt } = setUp();
  appends.announce('t');
  appendAt(3, 'a');
  await time.pass(100);
  expect(groups).toEqual([{ at: 3, ids: ['a'] }]);
});

it('a full group does not wait for announced drafts', async () => {
  const { time, groups, appends, appendAt } = setUp({ count: 2 });
  ['a', 'b', 'c'].forEach(() => appends.announce('t'));
  appendAt(1, 'a');
  appendAt(2, 'b');
  await time.pass(5);
  expect(groups).toEqual([{ at: 2, ids: ['a', 'b'] }]);
});

it('announcements that go on for ever delay a group by at most 10 ms', async () => {
  const { time, groups, appends, appendAt } = setUp();
  for (let at = 0; at < 100; at++) {
    time.setTimeout(() => appends.announce('t'), at);
  }
  appendAt(20, 'a');
  await time.pass(100);
  expect(groups).toHaveLength(1);
  expect(groups[0]?.at).toBeLessThanOrEqual(30);
});

it('groups that follow each other use at most 1,000 write units a second after the first second', async () => {
  const { time, groups, appends } = setUp();
  const publish = async (): Promise<void> => {
    for (;;) {
      await appends.append(draft(`${time.random()}`)).catch(() => undefined);
    }
  };
  Array.from({ length: 64 }, () => void publish());
  await time.pass(10_000);
  const messages = groups.filter(({ at }) => at > 5000).reduce((sum, { ids }) => sum + ids.length, 0);
  expect(messages / 5).toBeGreaterThan(450);
  expect(messages / 5).toBeLessThanOrEqual(475);
});
