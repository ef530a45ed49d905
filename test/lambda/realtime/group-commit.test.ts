import { GROUP, GroupCommit, type GroupCommitOptions } from '../../../lambda/realtime/group-commit';
import { type Clock, type Draft, Unavailable } from '../../../lambda/realtime/ports';
import { ManualClock } from '../../support/memory/clock';
import { Random } from '../../simulation/random';

const draft = (id: string, topic = 't', data: Draft['data'] = id): Draft => ({
  topic,
  id,
  data,
  publishedAt: '2026-01-01T00:00:00.000Z',
  subject: 'alice',
});

type Commit = GroupCommitOptions['commit'];

/** Creates a group commit that numbers messages, and commits as `answer` says. */
function setUp(answer?: Commit, clock: Clock = new ManualClock(0, () => 0.5)) {
  const groups: string[][] = [];
  const committed: string[] = [];
  const written: Commit = async (drafts) => {
    await new Promise(setImmediate);
    return drafts.map(({ subject: _, ...content }) => ({
      ...content,
      epoch: 'e',
      sequence: committed.push(content.id),
    }));
  };
  const appends = new GroupCommit({
    clock,
    commit: (drafts) => {
      groups.push(drafts.map(({ id }) => id));
      return (answer ?? written)(drafts);
    },
  });
  const appendAll = (...ids: string[]) => Promise.allSettled(ids.map((id) => appends.append(draft(id))));
  return { groups, committed, written, appends, appendAll, clock };
}

/** @returns commits that answer one after another, the last of them for all that follow */
function inTurn(...answers: Commit[]): Commit {
  return (drafts) => (answers.length > 1 ? answers.shift() : answers[0])?.(drafts) ?? Promise.resolve('busy');
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);
const statuses = (results: readonly PromiseSettledResult<unknown>[]) => results.map(({ status }) => status);
const busy: Commit = async () => 'busy';
const fails: Commit = () => Promise.reject(new RangeError('broken'));

it('drafts that arrive while a group is committed are the next group, in the order of the calls', async () => {
  const { groups, appendAll } = setUp();
  const results = await appendAll('a', 'b', 'c', 'd');
  expect(groups).toEqual([['a'], ['b', 'c', 'd']]);
  expect(results.map((each) => each.status === 'fulfilled' && each.value)).toMatchObject(
    ['a', 'b', 'c', 'd'].map((id, index) => ({ id, sequence: index + 1 })),
  );
});

it('drafts that arrive while a commit is prepared are in its group', async () => {
  const groups: string[][] = [];
  const ready: (() => void)[] = [];
  const appends = new GroupCommit({
    clock: new ManualClock(),
    prepare: () => new Promise<void>((resolve) => ready.push(resolve)),
    commit: async (drafts) => {
      groups.push(drafts.map(({ id }) => id));
      return drafts.map(() => 'conflict');
    },
  });
  const [first, second] = [appends.append(draft('a')), appends.append(draft('b'))];
  ready.shift()?.();
  await Promise.all([first, second]);
  expect(groups).toEqual([['a', 'b']]);
});

it('a draft whose deadline passes while its commit is prepared is unavailable, and is not committed', async () => {
  const clock = new ManualClock();
  const groups: string[][] = [];
  const appends = new GroupCommit({
    clock,
    prepare: async () => clock.advance(4001),
    commit: async (drafts) => {
      groups.push(drafts.map(({ id }) => id));
      return drafts.map(() => 'conflict');
    },
  });
  await expect(appends.append(draft('a'))).rejects.toThrow(Unavailable);
  expect(groups).toEqual([]);
  expect(appends.isBusy('t')).toBe(false);
});

it('a commit gets what was read for it, and is retried if that cannot be read', async () => {
  const reads = [Promise.reject(new Unavailable()), Promise.resolve('second'), Promise.resolve('third')];
  const seen: unknown[] = [];
  const appends = new GroupCommit({
    clock: new ManualClock(0, () => 0.5),
    prepare: () => reads.shift() ?? Promise.reject(new RangeError('no read is left')),
    commit: async (drafts, prepared?: string) => {
      seen.push(prepared);
      return seen.length === 1 ? 'busy' : drafts.map(() => 'conflict');
    },
  });
  expect(await appends.append(draft('a'))).toBe('conflict');
  expect(seen).toEqual(['second', 'third']);
});

it('a draft whose data is no JSON is refused, and the drafts after it are committed', async () => {
  const { appends } = setUp();
  const refused = appends.append({ ...draft('a'), data: undefined as unknown as null });
  const after = appends.append(draft('b'));
  await expect(refused).rejects.toThrow('undefined');
  expect(await after).toMatchObject({ id: 'b', sequence: 1 });
});

it('a group has at most 16 drafts', async () => {
  const { groups, committed, appendAll } = setUp();
  await appendAll('first', ...names(40));
  expect(groups.map((group) => group.length)).toEqual([1, GROUP.count, GROUP.count, 8]);
  expect(committed).toEqual(['first', ...names(40)]);
});

it('a group has at most 64 KiB of data as UTF-8, and a draft that is larger is a group of its own', async () => {
  const { groups, appends } = setUp();
  const sizes = { first: 1, a: GROUP.bytes / 2, b: GROUP.bytes / 2, c: 1, large: GROUP.bytes + 1, d: 1 };
  // Quotation marks are data, too, and each é takes two bytes.
  const dataOf = (bytes: number) => 'é'.repeat(Math.floor(Math.max(0, bytes - 2) / 2)) + (bytes % 2 ? 'x' : '');
  await Promise.all(Object.entries(sizes).map(([id, bytes]) => appends.append(draft(id, 't', dataOf(bytes)))));
  expect(groups).toEqual([['first'], ['a', 'b'], ['c'], ['large'], ['d']]);
});

it('a topic does not wait for another one', async () => {
  const { appends } = setUp((drafts) =>
    drafts[0]?.topic === 'stuck' ? new Promise(() => undefined) : written(drafts),
  );
  const { written } = setUp();
  void appends.append(draft('a', 'stuck'));
  expect(await appends.append(draft('b', 'other'))).toMatchObject({ id: 'b' });
  expect([appends.isBusy('stuck'), appends.isBusy('other')]).toEqual([true, false]);
});

it('a draft that repeats an id of its group waits for the next one, where the log finds it', async () => {
  const { groups, appendAll } = setUp();
  await appendAll('first', 'a', 'b', 'a', 'c', 'a');
  expect(groups).toEqual([['first'], ['a', 'b'], ['a', 'c'], ['a']]);
});

it('the same id of two subjects is in one group', async () => {
  const { groups, appends } = setUp();
  const drafts = [draft('first'), draft('a'), { ...draft('a'), subject: 'bob' }];
  await Promise.all(drafts.map((each) => appends.append(each)));
  expect(groups).toEqual([['first'], ['a', 'a']]);
});

it('a draft that was not committed because of another one is the first of the next group', async () => {
  const { written } = setUp();
  const refused: Commit = async (drafts) => drafts.map(({ id }) => (id === 'used' ? 'conflict' : 'again'));
  const { groups, clock, appendAll } = setUp(inTurn(written, refused, written));
  const results = await appendAll('first', 'a', 'used', 'b');
  expect(groups).toEqual([['first'], ['a', 'used', 'b'], ['a', 'b']]);
  expect(results[2]).toEqual({ status: 'fulfilled', value: 'conflict' });
  expect(statuses(results)).toEqual(Array.from({ length: 4 }, () => 'fulfilled'));
  expect(clock.now()).toBe(0);
});

it('a busy group is retried with a delay that doubles up to 160 ms, and takes drafts that arrive meanwhile', async () => {
  const { written } = setUp();
  const clock = new ManualClock(0, () => 0.999_999);
  const { groups, appends } = setUp(inTurn(busy, busy, busy, busy, busy, busy, busy, written), clock);
  const first = appends.append(draft('a'));
  const second = appends.append(draft('b'));
  await Promise.all([first, second]);
  expect(groups).toEqual([['a'], ...Array.from({ length: 7 }, () => ['a', 'b'])]);
  expect(clock.waits.map(Math.round)).toEqual([20, 40, 80, 160, 160, 160, 160]);
});

it('the delay after a conflict is short again when a group was committed', async () => {
  const { written } = setUp();
  const clock = new ManualClock(0, () => 0.5);
  const { appendAll } = setUp(inTurn(busy, busy, written, busy, written), clock);
  await appendAll('a', 'b', ...names(16));
  expect(clock.waits).toEqual([10, 20, 10]);
});

it('each draft is tried until its own deadline, 4 seconds after its call, and is unavailable then', async () => {
  const clock = new ManualClock(0, () => 0.999_999);
  const lastTried: Record<string, number> = {};
  const { appends } = setUp(async (drafts) => {
    drafts.forEach(({ id }) => (lastTried[id] = clock.now()));
    return 'busy';
  }, clock);
  const early = appends.append(draft('early')).catch((error: unknown) => error);
  while (clock.now() < 2000) {
    await new Promise(setImmediate);
  }
  const begun = clock.now();
  const late = appends.append(draft('late')).catch((error: unknown) => error);
  expect(await Promise.all([early, late])).toEqual([new Unavailable(), new Unavailable()]);
  for (const [id, call] of Object.entries({ early: 0, late: begun })) {
    expect(lastTried[id]).toBeGreaterThan(call + 3000);
    expect(lastTried[id]).toBeLessThanOrEqual(call + 4000);
  }
  expect(appends.isBusy('t')).toBe(false);
});

it('a temporary error of a group is retried like a conflict', async () => {
  const { written } = setUp();
  const { groups, appendAll, clock } = setUp(inTurn(() => Promise.reject(new Unavailable()), written));
  expect(statuses(await appendAll('a'))).toEqual(['fulfilled']);
  expect(groups).toEqual([['a'], ['a']]);
  expect((clock as ManualClock).waits).toEqual([10]);
});

it('after an unexpected error of a group its drafts are committed alone, so that only the one that causes it fails', async () => {
  const { written } = setUp();
  const { groups, appendAll, committed } = setUp((drafts) =>
    drafts.some(({ id }) => id === 'poison') ? fails(drafts) : write(drafts),
  );
  const write: Commit = async (drafts) => {
    committed.push(...drafts.map(({ id }) => id));
    return written(drafts);
  };
  const results = await appendAll('first', 'a', 'poison', 'b', ...names(18));
  expect(results[2]).toEqual({ status: 'rejected', reason: new RangeError('broken') });
  expect(committed).toEqual(['first', 'a', 'b', ...names(18)]);
  expect(groups.slice(2, 18).map((group) => group.length)).toEqual(Array.from({ length: 16 }, () => 1));
  // The drafts that did not belong to the group are a group again.
  expect(groups.at(-1)).toEqual(names(18).slice(13));
  expect(groups).toHaveLength(1 + 1 + 16 + 1);
});

it('a draft that fails while it is alone does not fail the next ones', async () => {
  const { written } = setUp();
  const { appends, appendAll } = setUp(inTurn(fails, written));
  expect(statuses(await appendAll('a', 'b'))).toEqual(['rejected', 'fulfilled']);
  expect(appends.isBusy('t')).toBe(false);
});

it('drafts that are committed alone are unavailable at their deadlines', async () => {
  const { written } = setUp();
  const clock = new ManualClock(0, () => 0.5);
  const slow: Commit = (drafts) => {
    clock.advance(3000);
    return written(drafts);
  };
  const { appendAll } = setUp(inTurn(written, fails, slow), clock);
  expect(statuses(await appendAll('first', 'a', 'b', 'c'))).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ]);
});

it('an append at any moment of the end of a group is made, and no topic is kept afterwards', async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const { appends } = setUp(async (drafts) =>
      drafts.map(({ subject: _, ...each }) => ({ ...each, epoch: 'e', sequence: 1 })),
    );
    const first = appends.append(draft('a'));
    for (let turn = 0; turn < turns; turn += 1) {
      await Promise.resolve();
    }
    expect(await Promise.all([first, appends.append(draft('b'))])).toMatchObject([{ id: 'a' }, { id: 'b' }]);
    expect(appends.isBusy('t')).toBe(false);
  }
});

it('an append at any moment of the end of a wait that expires all drafts is made', async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const clock = new ManualClock(0, () => 0.5);
    const { written } = setUp();
    const { appends } = setUp((drafts) => (drafts.some(({ id }) => id === 'a') ? late() : written(drafts)), clock);
    const late = async () => {
      clock.advance(5000);
      return 'busy' as const;
    };
    const first = appends.append(draft('a')).catch((error: unknown) => error);
    for (let turn = 0; turn < turns; turn += 1) {
      await Promise.resolve();
    }
    expect(await appends.append(draft('b'))).toMatchObject({ id: 'b' });
    expect(await first).toBeInstanceOf(Unavailable);
    expect(appends.isBusy('t')).toBe(false);
  }
});

/** Model of a log: commits all drafts of a group or none, with random faults. */
function randomLog(random: () => number) {
  const log: Draft[] = [];
  const used = new Map<string, { sequence: number; data: Draft['data'] }>();
  const keyOf = ({ topic, subject, id }: Draft) => `${topic} ${subject} ${id}`;
  const sizes: number[] = [];
  const commit: Commit = async (drafts) => {
    sizes.push(drafts.length);
    expect(new Set(drafts.map(keyOf)).size).toBe(drafts.length);
    expect(new Set(drafts.map(({ topic }) => topic)).size).toBe(1);
    for (let turn = Math.floor(random() * 4); turn > 0; turn -= 1) {
      await new Promise(setImmediate);
    }
    const fault = random();
    if (fault < 0.1) {
      return 'busy';
    }
    if (fault < 0.15) {
      throw new Unavailable();
    }
    if (drafts.some(({ data }) => data === 'poison')) {
      throw new RangeError('poison');
    }
    if (drafts.some((each) => used.has(keyOf(each)))) {
      return drafts.map(({ subject: _, ...each }, index) => {
        const first = used.get(keyOf(drafts[index] as Draft));
        return !first
          ? 'again'
          : first.data === each.data
            ? { ...each, epoch: 'e', sequence: first.sequence }
            : 'conflict';
      });
    }
    const messages = drafts.map((each) => {
      const sequence = log.push(each);
      used.set(keyOf(each), { sequence, data: each.data });
      const { subject: _, ...content } = each;
      return { ...content, epoch: 'e', sequence };
    });
    if (random() < 0.05) {
      // The response is lost.
      return 'busy';
    }
    return messages;
  };
  return { log, used, sizes, commit, keyOf };
}

it.each(Array.from({ length: 60 }, (_, seed) => seed))(
  'whatever fails and whenever drafts arrive, each is appended once and in order, or refused with a reason: seed %i',
  async (seed) => {
    const numbers = new Random(seed);
    const random = () => numbers.next();
    const { log, used, sizes, commit, keyOf } = randomLog(random);
    const appends = new GroupCommit({ clock: new ManualClock(0, random), commit });
    const outcomes: { each: Draft; outcome: unknown }[] = [];
    const waiting: Promise<unknown>[] = [];
    for (let count = 0; count < 60; count += 1) {
      const topic = random() < 0.7 ? 'a' : 'b';
      const data = random() < 0.05 ? 'poison' : random() < 0.9 ? 1 : 2;
      const each = draft(random() < 0.2 ? `repeated${Math.floor(random() * 4)}` : `m${count}`, topic, data);
      const append = appends.append(each).then(
        (outcome) => outcomes.push({ each, outcome }),
        (outcome: unknown) => outcomes.push({ each, outcome }),
      );
      waiting.push(append);
      if (random() < 0.3) {
        await new Promise(setImmediate);
      }
    }
    await Promise.all(waiting);

    expect(new Set(log.map(keyOf)).size).toBe(log.length);
    for (const { each, outcome } of outcomes) {
      const first = used.get(keyOf(each));
      if (outcome === 'conflict') {
        expect(first?.data).not.toBe(each.data);
      } else if (outcome instanceof RangeError) {
        expect(each.data).toBe('poison');
      } else if (!(outcome instanceof Unavailable)) {
        expect(outcome).toMatchObject({ id: each.id, sequence: first?.sequence, data: first?.data });
      }
    }
    for (const topic of ['a', 'b']) {
      const order = log.filter((each) => each.topic === topic && each.id.startsWith('m')).map(({ id }) => id);
      expect(order).toEqual([...order].sort((one, other) => Number(one.slice(1)) - Number(other.slice(1))));
      expect(appends.isBusy(topic)).toBe(false);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(GROUP.count);
  },
);

it('a draft is committed even if each group would contain an id that was used before', async () => {
  const groups: string[][] = [];
  let sequence = 0;
  const repeats: Promise<unknown>[] = [];
  const repeat = () => void repeats.push(appends.append(draft(`used-${repeats.length}`)));
  const appends: GroupCommit = new GroupCommit({
    clock: new ManualClock(0, () => 0.5),
    commit: async (drafts) => {
      groups.push(drafts.map(({ id }) => id));
      await new Promise(setImmediate);
      if (groups.length < 20) {
        repeat();
      }
      const isUsed = ({ id }: Draft) => id.startsWith('used');
      const message = ({ subject: _, ...content }: Draft) => ({ ...content, epoch: 'e', sequence: (sequence += 1) });
      // As DynamoDB does: one refused condition cancels the whole transaction.
      return drafts.some(isUsed) ? drafts.map((each) => (isUsed(each) ? message(each) : 'again')) : drafts.map(message);
    },
  });
  repeat();
  await appends.append(draft('new'));
  const attempts = groups.filter((group) => group.includes('new')).length;
  await Promise.all(repeats);
  expect(attempts).toBeLessThan(5);
});
