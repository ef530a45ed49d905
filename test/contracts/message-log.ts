import type { Clock, MessageLog } from '../../lambda/realtime/ports';
import { Limit, type Message } from '../../client/protocol';
import { ManualClock } from '../support/memory/clock';

/** Retention of the logs under test, in seconds. */
export const RETENTION_SECONDS = 3600;

/**
 * Contract of every message log.
 *
 * @param open creates a log with a clock and a retention of {@link RETENTION_SECONDS}. Logs can share their storage,
 * because each test uses its own topics.
 */
export function describeMessageLog(open: (clock: Clock) => MessageLog): void {
  let topics = 0;
  const newTopic = () => `contract:${process.pid}.${topics++}`;
  const draft = (topic: string, id: string, data: Message['data'] = { text: id }) => ({
    topic,
    id,
    data,
    publishedAt: '2026-01-01T00:00:00.000Z',
    subject: 'alice',
  });
  const appended = (result: Message | 'conflict') => {
    expect(result).not.toBe('conflict');
    return result as Message;
  };

  it('numbers the messages of a topic 1, 2, 3 in one epoch', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const first = appended(await log.append(draft(topic, 'a')));
    const second = appended(await log.append(draft(topic, 'b')));
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
    expect(first.epoch).toMatch(/./);
    expect(second.epoch).toBe(first.epoch);
  });

  it('gives each topic its own epoch', async () => {
    const log = open(new ManualClock());
    const [one, other] = [
      appended(await log.append(draft(newTopic(), 'a'))),
      appended(await log.append(draft(newTopic(), 'a'))),
    ];
    expect(one.epoch).not.toBe(other.epoch);
  });

  it('gives 200 concurrent appends the sequences 1 to 200 without a gap', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const results = await Promise.all(Array.from({ length: 200 }, (_, index) => log.append(draft(topic, `m${index}`))));
    const sequences = results.map((result) => appended(result).sequence).sort((a, b) => a - b);
    expect(sequences).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  }, 20_000);

  it('returns the first message for a repeated id', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const first = await log.append(draft(topic, 'a'));
    await log.append(draft(topic, 'b'));
    expect(await log.append({ ...draft(topic, 'a'), publishedAt: '2026-01-01T00:00:09.000Z' })).toEqual(first);
    expect(await log.positions([topic])).toMatchObject({ [topic]: { sequence: 2 } });
  });

  it('appends concurrent repeats of one id once', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const results = await Promise.all(Array.from({ length: 20 }, () => log.append(draft(topic, 'a'))));
    expect(new Set(results.map((result) => appended(result).sequence))).toEqual(new Set([1]));
    expect((await log.read(topic, 0, 10)).messages).toHaveLength(1);
  });

  it('returns the first results of used ids among concurrent appends, and appends the others in order', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const first = appended(await log.append(draft(topic, 'used')));
    const ids = ['a', 'used', 'b', 'a', 'c'];
    const results = (await Promise.all(ids.map((id) => log.append(draft(topic, id))))).map(appended);
    expect(results[1]).toEqual(first);
    expect(results.map(({ sequence }) => sequence)).toEqual([2, 1, 3, 2, 4]);
    expect(await log.positions([topic])).toMatchObject({ [topic]: { sequence: 4 } });
  });

  it('refuses one append among concurrent ones without an effect on the others', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    await log.append(draft(topic, 'used', 1));
    const appends = [draft(topic, 'a'), draft(topic, 'used', 2), draft(topic, 'b'), draft(topic, 'a', 'other')];
    const results = await Promise.all(appends.map((each) => log.append(each)));
    expect(results.map((each) => (each === 'conflict' ? each : each.sequence))).toEqual([2, 'conflict', 3, 'conflict']);
  });

  it('keeps the order of appends to several topics at once, each in its own sequence', async () => {
    const log = open(new ManualClock());
    const [one, other] = [newTopic(), newTopic()];
    const topics = [one, other, one, one, other];
    const results = await Promise.all(topics.map((topic, index) => log.append(draft(topic, `m${index}`))));
    expect(results.map((each) => [appended(each).topic, appended(each).sequence])).toEqual([
      [one, 1],
      [other, 1],
      [one, 2],
      [one, 3],
      [other, 2],
    ]);
  });

  it('appends the same with or without an announcement, and an announcement alone appends nothing', async () => {
    const clock = new ManualClock();
    const log = open(clock);
    const topic = newTopic();
    log.prepare(topic);
    expect(await log.positions([topic])).toEqual({ [topic]: { epoch: '', sequence: 0 } });
    log.prepare(topic);
    expect(appended(await log.append(draft(topic, 'a'))).sequence).toBe(1);
    log.prepare(topic);
    log.prepare(topic);
    clock.advance(60_000);
    expect(appended(await log.append(draft(topic, 'b'))).sequence).toBe(2);
    expect(appended(await log.append(draft(topic, 'c'))).sequence).toBe(3);
  });

  it('numbers an append after those that were made since its announcement', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    log.prepare(topic);
    const results = await Promise.all([log.append(draft(topic, 'a')), log.append(draft(topic, 'b'))]);
    log.prepare(topic);
    results.push(await log.append(draft(topic, 'c')));
    expect(results.map((each) => appended(each).sequence)).toEqual([1, 2, 3]);
  });

  it('refuses an id that was used with other data', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    await log.append(draft(topic, 'a', 1));
    expect(await log.append(draft(topic, 'a', 2))).toBe('conflict');
    expect(await log.positions([topic])).toMatchObject({ [topic]: { sequence: 1 } });
  });

  it('keeps the ids of one subject apart from those of another, who learns nothing from them', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const first = appended(await log.append(draft(topic, 'a', 'secret')));
    expect(appended(await log.append({ ...draft(topic, 'a', 'guess'), subject: 'mallory' })).sequence).toBe(2);
    expect(appended(await log.append({ ...draft(topic, 'a', 'secret'), subject: 'bob' })).sequence).toBe(3);
    expect(await log.append(draft(topic, 'a', 'secret'))).toEqual(first);
    expect(await log.append(draft(topic, 'a', 'guess'))).toBe('conflict');
  });

  it('accepts the same id in another topic', async () => {
    const log = open(new ManualClock());
    await log.append(draft(newTopic(), 'a', 1));
    expect(appended(await log.append(draft(newTopic(), 'a', 2))).sequence).toBe(1);
  });

  it('forgets an id when its message expires', async () => {
    const clock = new ManualClock();
    const log = open(clock);
    const topic = newTopic();
    await log.append(draft(topic, 'a', 1));
    clock.advance(RETENTION_SECONDS * 1000);
    expect(appended(await log.append(draft(topic, 'a', 2))).sequence).toBe(2);
  });

  it.each<[string, Message['data']]>([
    ['null', null],
    ['non-ASCII text', 'naïve 🌍 \u0000 \u2028'],
    ['keys that are special in JavaScript', JSON.parse('{"__proto__":1,"constructor":{"prototype":2}}')],
    ['empty collections', [{}, [], '']],
    ['very large and small numbers', [1e-7, 2 ** 53, -1.5, 1e300]],
  ])('keeps %s unchanged', async (_, data) => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const message = await log.append(draft(topic, 'a', data));
    const [kept] = (await log.read(topic, 0, 1)).messages;
    expect(kept).toEqual(message);
    expect(JSON.stringify(kept?.data)).toBe(JSON.stringify(data));
  });

  it('returns the messages after a sequence, oldest first, page by page', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    for (const id of ['a', 'b', 'c', 'd']) {
      await log.append(draft(topic, id));
    }
    const page = await log.read(topic, 1, 2);
    expect(page.messages.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
    expect(page).toMatchObject({ sequence: 4, recovered: true, epoch: page.messages[0]?.epoch });
    expect((await log.read(topic, 3, 2)).messages.map(({ id }) => id)).toEqual(['d']);
  });

  it('returns no messages after the head', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    await log.append(draft(topic, 'a'));
    expect(await log.read(topic, 1, 10)).toMatchObject({ sequence: 1, recovered: true, messages: [] });
  });

  it('returns recovered: false for a position after the head', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    await log.append(draft(topic, 'a'));
    expect(await log.read(topic, Number.MAX_SAFE_INTEGER, 10)).toMatchObject({
      sequence: 1,
      recovered: false,
      messages: [],
    });
  });

  it('reads a topic without messages', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const empty = { epoch: '', sequence: 0, messages: [], bytesRead: 0 };
    expect(await log.read(topic, 0, 10)).toEqual({ ...empty, recovered: true });
    expect(await log.read(topic, 1, 10)).toEqual({ ...empty, recovered: false });
  });

  it('does not return expired messages, and returns recovered: false if they are missing', async () => {
    const clock = new ManualClock();
    const log = open(clock);
    const topic = newTopic();
    for (const id of ['a', 'b', 'c']) {
      await log.append(draft(topic, id));
    }
    clock.advance(RETENTION_SECONDS * 500);
    await log.append(draft(topic, 'd'));
    clock.advance(RETENTION_SECONDS * 500);
    const page = await log.read(topic, 0, 1);
    expect(page.messages.map(({ id }) => id)).toEqual(['d']);
    expect(page).toMatchObject({ sequence: 4, recovered: false });
    expect(await log.read(topic, 3, 1)).toMatchObject({ sequence: 4, recovered: true });
  });

  it('returns recovered: false after all messages have expired, and continues the numbering', async () => {
    const clock = new ManualClock();
    const log = open(clock);
    const topic = newTopic();
    const { epoch } = appended(await log.append(draft(topic, 'a')));
    clock.advance(RETENTION_SECONDS * 2000);
    expect(await log.read(topic, 0, 10)).toMatchObject({ epoch, sequence: 1, recovered: false, messages: [] });
    expect(await log.append(draft(topic, 'b'))).toMatchObject({ epoch, sequence: 2 });
  });

  it('returns the oldest messages that are kept beside recovered: false, however many have expired', async () => {
    const clock = new ManualClock();
    const log = open(clock);
    const topic = newTopic();
    for (let count = 0; count < 250; count++) {
      await log.append(draft(topic, `expired${count}`));
    }
    clock.advance(RETENTION_SECONDS * 1000);
    for (const id of ['a', 'b', 'c']) {
      await log.append(draft(topic, id));
    }
    for (const [after, limit] of [
      [0, 1],
      [0, 2],
      [100, 2],
      [249, 2],
    ] as const) {
      const page = await log.read(topic, after, limit);
      expect(page).toMatchObject({ sequence: 253, recovered: false });
      expect(page.messages.map(({ id }) => id)).toEqual(['a', 'b'].slice(0, limit));
    }
    expect(await log.read(topic, 250, 2)).toMatchObject({ recovered: true, messages: [{ id: 'a' }, { id: 'b' }] });
  }, 20_000);

  it('reports the bytes that it read, which are at least those of the page', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const sizes = [10_000, 20_000];
    for (const size of sizes) {
      await log.append(draft(topic, `${size}`, 'é'.repeat(size / 2)));
    }
    expect((await log.read(topic, 0, 10)).bytesRead).toBeGreaterThanOrEqual(30_000);
    expect((await log.read(topic, 2, 10)).bytesRead).toBe(0);
  });

  it.each([
    ['ASCII', 'x'],
    ['non-ASCII text', 'é'],
  ])('ends a page of %s before its data is too large for one response', async (_, text) => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const large = text.repeat((Limit.DATA_BYTES - 2) / Buffer.byteLength(text));
    const fitting = Math.floor(Limit.PAGE_BYTES / Limit.DATA_BYTES);
    for (let count = 0; count <= fitting; count++) {
      await log.append(draft(topic, `m${count}`, large));
    }
    expect(await log.read(topic, 0, 100)).toMatchObject({
      sequence: fitting + 1,
      recovered: true,
      messages: { length: fitting },
    });
    expect((await log.read(topic, fitting, 100)).messages).toHaveLength(1);
  });

  it('returns the head of every requested topic, also if it is repeated, empty or named constructor', async () => {
    const log = open(new ManualClock());
    const topic = newTopic();
    const { epoch } = appended(await log.append(draft(topic, 'a')));
    const unused = newTopic();
    expect(await log.positions([topic, topic, unused, 'constructor'])).toEqual({
      [topic]: { epoch, sequence: 1 },
      [unused]: { epoch: '', sequence: 0 },
      constructor: { epoch: '', sequence: 0 },
    });
    expect(await log.positions([])).toEqual({});
  });
}
