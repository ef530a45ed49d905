import type { Message, Position } from '../../lambda/realtime/protocol';
import { check } from './checker';
import type { Event, Happening, History } from './history';

const MINUTE = 60_000;

function message(sequence: number, changes: Partial<Message> = {}): Message {
  const publishedAt = '2026-01-01T00:00:00.000Z';
  return { topic: 'news', epoch: 'e', sequence, id: `m${sequence}`, data: sequence, publishedAt, ...changes };
}

const at = (sequence: number, epoch = 'e'): Position => ({ epoch, sequence });
const committed = (sequence: number, changes?: Partial<Message>): Happening => ({
  type: 'committed',
  message: message(sequence, changes),
});
const handled = (sequence: number, changes?: Partial<Message>): Happening => ({
  type: 'handled',
  reader: 's',
  message: message(sequence, changes),
});
const acknowledged = (sequence: number, changes?: Partial<Message>): Happening => {
  const { data, ...answer } = message(sequence, changes);
  return { type: 'acknowledged', by: 'p', data, answer };
};
const recovered = (position: Position, complete: boolean): Happening => ({
  type: 'recovered',
  reader: 's',
  recovered: complete,
  position,
});
const subscribed: Happening = { type: 'subscribed', reader: 's', topic: 'news', after: at(0, '') };
const left: Happening = { type: 'left', reader: 's' };
const restored = (head: Position): Happening => ({ type: 'restored', heads: { news: head } });

/** @returns what is said of a history that ends a minute after each of these happened, a second apart. */
function judged(happenings: Happening[], changes: Partial<History> = {}): string[] {
  const events = happenings.map((happening, index): Event => ({ at: 1000 * index, ...happening }));
  const log = events.flatMap((event) => (event.type === 'committed' ? [event.message] : []));
  const heads = Object.fromEntries(log.map(({ topic, epoch, sequence }) => [topic, { epoch, sequence }]));
  const end = 1000 * events.length + MINUTE;
  return check({ events, end, log, heads, retention: 60 * MINUTE, ...changes }).map(({ what }) => what);
}

describe('nothing is said of', () => {
  test.each<[string, Happening[], Partial<History>?]>([
    [
      'messages that everybody who is there handles once and in order',
      [subscribed, committed(1), acknowledged(1), handled(1), committed(2), handled(2), acknowledged(2)],
    ],
    ['a reader that has left', [subscribed, committed(1), handled(1), left, committed(2)]],
    [
      'one that comes later and begins where the topic stands',
      [
        committed(1),
        { type: 'subscribed', reader: 's', topic: 'news' },
        { type: 'ready', reader: 's', position: at(1) },
        committed(2),
        handled(2),
        recovered(at(2), true),
      ],
    ],
    ['a repeat that is answered as the first was', [committed(1), acknowledged(1), acknowledged(1)]],
    [
      'other data under an id that is taken',
      [committed(1), { type: 'refused', by: 'p', topic: 'news', id: 'm1', data: 'other', code: 'conflict' }],
    ],
    [
      'a restore that is told',
      [
        subscribed,
        committed(1),
        handled(1),
        committed(2),
        handled(2),
        restored(at(1, 'f')),
        recovered(at(1, 'f'), false),
        committed(2, { epoch: 'f' }),
        handled(2, { epoch: 'f' }),
      ],
    ],
    [
      'a loss that a restore made while the answer was on its way',
      [subscribed, committed(1), restored(at(0, '')), recovered(at(1), false), recovered(at(0, ''), false)],
      { log: [], heads: { news: at(0, '') } },
    ],
    [
      'a message that was not kept, and is told',
      [subscribed, committed(1), committed(2), recovered(at(2), false)],
      { retention: 11_000, log: [] },
    ],
  ])('%s', (_, happenings, changes = {}) => {
    expect(judged(happenings, changes)).toEqual([]);
  });
});

describe('it is noticed', () => {
  test.each<[string, Happening[], RegExp, Partial<History>?]>([
    ['that the last message is lost', [subscribed, committed(1)], /^s stands at '' 0 of news, which stands at e 1$/],
    [
      'that one in between is lost',
      [subscribed, committed(1), committed(2), handled(2)],
      /^s handled news e 2 after '' 0$/,
    ],
    [
      'that two are handled in the wrong order',
      [subscribed, committed(1), committed(2), handled(2), handled(1)],
      /^s handled news e 1 after e 2$/,
    ],
    ['that one is handled twice', [subscribed, committed(1), handled(1), handled(1)], /^s handled news e 1 after e 1$/],
    ['that one never existed', [subscribed, handled(1)], /^s handled news e 1, which does not exist$/],
    [
      'that one has become another',
      [subscribed, committed(1), handled(1, { data: 'other' })],
      /^s handled news e 1, which is another$/,
    ],
    [
      'that one is of another topic',
      [subscribed, committed(1, { topic: 'secrets' }), handled(1, { topic: 'secrets' })],
      /^s of news handled secrets e 1$/,
    ],
    ['that somebody who has left is told', [subscribed, left, committed(1), handled(1)], /^s handled .* had left$/],
    [
      'that a publish was acknowledged before it was durable',
      [acknowledged(1), committed(1)],
      /^news e 1 was acknowledged for m1, and is not in the log$/,
    ],
    [
      'that a publish was acknowledged in the place of another',
      [committed(1), acknowledged(1, { id: 'm2' })],
      /^news e 1 was acknowledged for m2, and is m1$/,
    ],
    ['that a sequence was given twice', [committed(1), committed(1, { id: 'x' })], /^news e 1 was given twice$/],
    ['that a sequence was left out', [committed(1), committed(3)], /^news e 3 follows e 1$/],
    ['that a numbering ended by itself', [committed(1), committed(2, { epoch: 'f' })], /^news f 2 follows e 1$/],
    [
      'that a repeat got a place of its own',
      [committed(1), committed(2, { id: 'm1' })],
      /^The id m1 has two places: news e 1 and news e 2$/,
    ],
    [
      'that data was refused as a conflict with itself',
      [committed(1), { type: 'refused', by: 'p', topic: 'news', id: 'm1', data: 1, code: 'conflict' }],
      /^m1 of news was a conflict with nothing$/,
    ],
    [
      'that a good publish was refused',
      [{ type: 'refused', by: 'p', topic: 'news', id: 'm1', data: 1, code: 'internal' }],
      /^m1 of news was refused: internal$/,
    ],
    [
      'that something was lost in a restore without a word',
      [
        subscribed,
        committed(1),
        handled(1),
        restored(at(1, 'f')),
        committed(2, { epoch: 'f' }),
        handled(2, { epoch: 'f' }),
      ],
      /^s handled news f 2 after e 1$/,
    ],
    [
      'that a restore was told as if nothing was missed',
      [subscribed, committed(1), handled(1), restored(at(1, 'f')), recovered(at(1, 'f'), true)],
      /^s recovered up to f 1, and has handled e 1$/,
      { heads: { news: at(1, 'f') } },
    ],
    [
      'that a loss was told and there was none',
      [subscribed, committed(1), recovered(at(1), false)],
      /^s was told that something after '' 0 is missing, and nothing is$/,
    ],
    [
      'that a loss was told long after the restore that made it',
      [
        ...[subscribed, committed(1), restored(at(0, ''))],
        // A second each.
        ...Array.from({ length: 10 }, (_, index): Happening => ({ ...subscribed, reader: `other${index}` })),
        ...[recovered(at(1), false), recovered(at(0, ''), false)],
      ],
      /^s was told that something after '' 0 is missing, and nothing is$/,
      { log: [], heads: { news: at(0, '') } },
    ],
    [
      'that somebody begins further on than the topic stands',
      [
        { type: 'subscribed', reader: 's', topic: 'news' },
        committed(1),
        { type: 'ready', reader: 's', position: at(2) },
      ],
      /^s begins at e 2 of news, which stands at e 1$/,
    ],
    ['that the log has lost a message', [committed(1)], /^The log has lost news e 1$/, { log: [] }],
    [
      'that a message comes late where nothing is in its way',
      [{ ...subscribed }, { type: 'ready', reader: 's', position: at(0, '') }, committed(1), left, handled(1)],
      /^s handled news e 1 2000 ms after it was there$/,
      { promptly: 1000 },
    ],
    [
      'that the code under test failed',
      [{ type: 'failed', where: 'dispatch', error: 'no such thing' }],
      /^dispatch threw no such thing$/,
    ],
  ])('%s', (_, happenings, expected, changes = {}) => {
    expect(judged(happenings, changes)).toContainEqual(expect.stringMatching(expected));
  });
});
