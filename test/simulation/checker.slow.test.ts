import type { Message, Position } from '../../client/protocol';
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
const ready: Happening[] = [subscribed, { type: 'ready', reader: 's', position: at(0, '') }];
const left: Happening = { type: 'left', reader: 's' };
/** @returns events that no guarantee concerns, one each second */
const wait = (seconds: number): Happening[] =>
  Array.from({ length: seconds }, () => ({ type: 'disconnected', connection: 'other' }));
const restored = (head: Position): Happening => ({ type: 'restored', heads: { news: head } });

/** @returns the violations in a history of these events, one each second, that ends a minute after the last one. */
function violationsOf(timeline: Happening[], changes: Partial<History> = {}): string[] {
  const events = timeline.map((data, index): Event => ({ at: 1000 * index, ...data }));
  const log = events.flatMap((event) => (event.type === 'committed' ? [event.message] : []));
  const heads = Object.fromEntries(log.map(({ topic, epoch, sequence }) => [topic, { epoch, sequence }]));
  const end = 1000 * events.length + MINUTE;
  return check({ events, end, log, heads, retention: 60 * MINUTE, ...changes }).map(({ what }) => what);
}

describe('the checker reports no violation', () => {
  test.each<[string, Happening[], Partial<History>?]>([
    [
      'if every subscriber handles every message once and in order',
      [subscribed, committed(1), acknowledged(1), handled(1), committed(2), handled(2), acknowledged(2)],
    ],
    [
      'if a subscriber that has unsubscribed misses a message',
      [subscribed, committed(1), handled(1), left, committed(2)],
    ],
    [
      'if a later subscriber starts at the head',
      [
        committed(1),
        { type: 'subscribed', reader: 's', topic: 'news' },
        { type: 'ready', reader: 's', position: at(1) },
        committed(2),
        handled(2),
        recovered(at(2), true),
      ],
    ],
    [
      'if a message is late because of a fault that ended after it was appended',
      [subscribed, { type: 'ready', reader: 's', position: at(0, '') }, committed(1), ...wait(6), handled(1)],
      { healthySince: 3000 },
    ],
    [
      'if one of 20 messages is late in an outage',
      [
        { ...subscribed, after: at(0, '') },
        { type: 'ready', reader: 's', position: at(0, '') },
        ...Array.from({ length: 19 }, (_, index) => [committed(index + 1), handled(index + 1)]).flat(),
        ...[committed(20), ...wait(720), handled(20)],
      ],
      { outage: true },
    ],
    [
      'if a client opens a socket every 11 seconds',
      Array.from({ length: 70 }, (): Happening[] => [{ type: 'connecting', client: 'c' }, ...wait(10)]).flat(),
    ],
    ['if a repeated publish gets the same answer', [committed(1), acknowledged(1), acknowledged(1)]],
    [
      'if an id with other data is refused as a conflict',
      [committed(1), { type: 'refused', by: 'p', topic: 'news', id: 'm1', data: 'other', code: 'conflict' }],
    ],
    [
      'if a restore is reported with recovered: false',
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
      'if an id is appended again after a restore has ended its epoch',
      [committed(1), restored(at(1, 'f')), committed(2, { epoch: 'f', id: 'm1' })],
    ],
    [
      'if messages without a pause before them have the latency of the stream',
      [...ready, ...Array.from({ length: 10 }, (_, index) => [committed(index + 1), handled(index + 1)]).flat()],
      { healthySince: 0, hintAfter: 5000 },
    ],
    [
      'if messages after a pause have the latency of the stream in a run with faults',
      [...ready, ...Array.from({ length: 10 }, (_, index) => [committed(index + 1), handled(index + 1)]).flat()],
      { hintAfter: 600 },
    ],
    [
      'if the messages of a mark have reached every subscriber',
      [committed(1), { type: 'marked', topic: 'news', epoch: 'e', first: 1, missing: [] }],
    ],
    [
      'if a response from before a restore arrives after it',
      [subscribed, committed(1), restored(at(0, '')), recovered(at(1), false), recovered(at(0, ''), false)],
      { log: [], heads: { news: at(0, '') } },
    ],
    [
      'if an expired message is reported with recovered: false',
      [subscribed, committed(1), committed(2), recovered(at(2), false)],
      { retention: 11_000, log: [] },
    ],
  ])('%s', (_, timeline, changes = {}) => {
    expect(violationsOf(timeline, changes)).toEqual([]);
  });
});

describe('the checker reports', () => {
  test.each<[string, Happening[], RegExp, Partial<History>?]>([
    [
      'that the last message is lost',
      [subscribed, committed(1)],
      /^The position of s in news is '' 0, but the head is e 1$/,
    ],
    [
      'that a message before another is lost',
      [subscribed, committed(1), committed(2), handled(2)],
      /^s handled news e 2 after '' 0$/,
    ],
    [
      'that two messages are handled in the wrong order',
      [subscribed, committed(1), committed(2), handled(2), handled(1)],
      /^s handled news e 1 after e 2$/,
    ],
    [
      'that a message is handled twice',
      [subscribed, committed(1), handled(1), handled(1)],
      /^s handled news e 1 after e 1$/,
    ],
    ['that a handled message does not exist', [subscribed, handled(1)], /^s handled news e 1, which does not exist$/],
    [
      'that a handled message has other data',
      [subscribed, committed(1), handled(1, { data: 'other' })],
      /^s handled news e 1, which is different$/,
    ],
    [
      'that a handled message belongs to another topic',
      [subscribed, committed(1, { topic: 'secrets' }), handled(1, { topic: 'secrets' })],
      /^s of news handled secrets e 1$/,
    ],
    [
      'that a message is handled after unsubscribing',
      [subscribed, left, committed(1), handled(1)],
      /^s handled .* had unsubscribed$/,
    ],
    [
      'that a publish was acknowledged before it was durable',
      [acknowledged(1), committed(1)],
      /^news e 1 was acknowledged for m1, but is not in the log$/,
    ],
    [
      'that a publish was acknowledged with the position of another message',
      [committed(1), acknowledged(1, { id: 'm2' })],
      /^news e 1 was acknowledged for m2, but is m1$/,
    ],
    ['that a sequence was assigned twice', [committed(1), committed(1, { id: 'x' })], /^news e 1 was assigned twice$/],
    ['that a sequence was skipped', [committed(1), committed(3)], /^news e 3 follows e 1$/],
    ['that an epoch ended without a restore', [committed(1), committed(2, { epoch: 'f' })], /^news f 2 follows e 1$/],
    [
      'that a repeated publish was appended again',
      [committed(1), committed(2, { id: 'm1' })],
      /^The id m1 was appended twice: as news e 1 and as news e 2$/,
    ],
    [
      'that an id was appended again after another restore than that of its epoch',
      [committed(1), restored(at(1)), committed(2, { id: 'm1' })],
      /^The id m1 was appended twice: as news e 1 and as news e 2$/,
    ],
    [
      'that an id was appended twice after a restore has ended another epoch',
      [committed(1), restored(at(1, 'f')), committed(2, { epoch: 'f' }), committed(3, { epoch: 'f', id: 'm2' })],
      /^The id m2 was appended twice: as news f 2 and as news f 3$/,
    ],
    [
      'that messages after a pause have the latency of the stream in a run without faults',
      [...ready, ...Array.from({ length: 5 }, (_, index) => [committed(index + 1), handled(index + 1)]).flat()],
      /^The median of 5 latencies after a pause is 1000 ms$/,
      { healthySince: 0, hintAfter: 600 },
    ],
    [
      'that a hint was marked before its messages had reached a subscriber',
      [committed(1), { type: 'marked', topic: 'news', epoch: 'e', first: 1, missing: ['c1', 'c2'] }],
      /^news e 1 was marked, but has not reached c1,c2$/,
    ],
    [
      'that a publish with the same data was refused as a conflict',
      [committed(1), { type: 'refused', by: 'p', topic: 'news', id: 'm1', data: 1, code: 'conflict' }],
      /^m1 of news was refused as a conflict without one$/,
    ],
    [
      'that a valid publish was refused',
      [{ type: 'refused', by: 'p', topic: 'news', id: 'm1', data: 1, code: 'internal' }],
      /^m1 of news was refused: internal$/,
    ],
    [
      'that a restore was not reported to the subscriber',
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
      'that a message was handled more than an hour after a restore had ended its epoch',
      [committed(1), restored(at(0, '')), ...wait(3700), subscribed, handled(1)],
      /^s handled news e 1, whose epoch ended before it subscribed$/,
      { log: [], heads: {} },
    ],
    [
      'that a restore was reported with recovered: true',
      [subscribed, committed(1), handled(1), restored(at(1, 'f')), recovered(at(1, 'f'), true)],
      /^s recovered up to f 1, but its position is e 1$/,
      { heads: { news: at(1, 'f') } },
    ],
    [
      'recovered: false if no message is missing',
      [subscribed, committed(1), recovered(at(1), false)],
      /^s got recovered: false after '' 0, but no message is missing$/,
    ],
    [
      'recovered: false long after the restore that caused it',
      [
        ...[subscribed, committed(1), restored(at(0, ''))],
        ...wait(10),
        ...[recovered(at(1), false), recovered(at(0, ''), false)],
      ],
      /^s got recovered: false after '' 0, but no message is missing$/,
      { log: [], heads: { news: at(0, '') } },
    ],
    [
      'that a subscriber starts after the head',
      [
        { type: 'subscribed', reader: 's', topic: 'news' },
        committed(1),
        { type: 'ready', reader: 's', position: at(2) },
      ],
      /^s starts at e 2 in news, but the head is e 1$/,
    ],
    ['that the log has lost a message', [committed(1)], /^The log has lost news e 1$/, { log: [] }],
    [
      'that a message is late in a run without faults',
      [{ ...subscribed }, { type: 'ready', reader: 's', position: at(0, '') }, committed(1), left, handled(1)],
      /^s handled news e 1 2000 ms after it was appended$/,
      { promptly: 1000 },
    ],
    [
      'that a message is late after the end of all faults',
      [subscribed, { type: 'ready', reader: 's', position: at(0, '') }, committed(1), ...wait(6), handled(1)],
      /^s handled news e 1 7000 ms after it was appended$/,
      { healthySince: 0 },
    ],
    [
      'that a handler ended before it got a message that was late',
      [subscribed, { type: 'ready', reader: 's', position: at(0, '') }, committed(1), ...wait(6), left],
      /^s did not handle news e 1, 7000 ms after it was appended$/,
      { promptly: 5000 },
    ],
    [
      'that one of 20 messages is later than the detection of a lost push takes',
      [
        { ...subscribed, after: at(0, '') },
        { type: 'ready', reader: 's', position: at(0, '') },
        ...Array.from({ length: 19 }, (_, index) => [committed(index + 1), handled(index + 1)]).flat(),
        ...[committed(20), ...wait(720), handled(20)],
      ],
      /^The 95th percentile of 20 latencies is 721000 ms$/,
    ],
    [
      'that a publish was refused after the end of all faults',
      [{ type: 'refused', by: 'p', topic: 'news', id: 'm1', data: 1, code: 'unavailable' }],
      /^m1 of news was refused without faults: unavailable$/,
      { healthySince: 0 },
    ],
    [
      'that a client reconnects every second',
      Array.from({ length: 61 }, (): Happening => ({ type: 'connecting', client: 'c' })),
      /^c opened 61 sockets within 10 minutes$/,
    ],
    [
      'that the code under test threw an error',
      [{ type: 'failed', where: 'dispatch', error: 'no such thing' }],
      /^dispatch threw no such thing$/,
    ],
  ])('%s', (_, timeline, expected, changes = {}) => {
    expect(violationsOf(timeline, changes)).toContainEqual(expect.stringMatching(expected));
  });
});

describe('the checker reports', () => {
  const holder = { subject: 'red/s', issuedAt: 0, expiresAt: 60 };
  const ticket: Happening = { type: 'ticket', ticket: 't', holder, until: 30_000 };
  const connected = (since: number): Happening => ({ type: 'connected', connection: 'c', ticket: 't', since });
  const loggedOut: Happening = { type: 'loggedOut', subject: 'red/s', since: 1000 };

  test.each<[string, Happening[], RegExp]>([
    [
      'that a ticket opened two connections',
      [ticket, connected(1000), connected(2000)],
      /^c opened with a ticket that was used before$/,
    ],
    ['that an expired ticket opened a connection', [ticket, connected(30_001)], /^c opened with .* had expired$/],
    [
      'that a ticket from before a logout opened a connection after it',
      [ticket, loggedOut, connected(2000)],
      /^c of red\/s opened after the logout of its token$/,
    ],
    [
      'that a connection stays open after a logout',
      [ticket, connected(1000), loggedOut],
      /^c of red\/s is open after the logout of its token$/,
    ],
    [
      'that a message was pushed 30 s after the end of an authorization',
      [ticket, connected(1000), ...wait(89), { type: 'pushed', connection: 'c' }],
      /^c got a message after the end of its authorization$/,
    ],
  ])('%s', (_, timeline, expected) => {
    expect(violationsOf(timeline)).toContainEqual(expect.stringMatching(expected));
  });
});
