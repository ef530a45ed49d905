import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import {
  type ClientFrame,
  ERROR_CODES,
  INVALID_TOPIC,
  isMessageId,
  isTopic,
  type Json,
  Limit,
  type ServerFrame,
} from '../../../client/protocol';
import { parseClientFrame, refuseData } from '../../../lambda/realtime/parse-frame';

const letters = 'abcXYZ059';
const topic = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 8 }),
    fc.array(
      fc.tuple(
        fc.constantFrom('.', '_', ':', '-'),
        fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 8 }),
      ),
      { maxLength: 10 },
    ),
  )
  .map(([first, rest]) => first + rest.flat().join(''));
const id = fc.string({ unit: fc.constantFrom(...letters, '_', '-'), minLength: 1, maxLength: Limit.MESSAGE_ID_LENGTH });
const ref = fc.string({ unit: 'binary', maxLength: Limit.REF_LENGTH });
const optional = { requiredKeys: ['action', 'topic'] as ['action', 'topic'] };
const frame: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ action: fc.constantFrom('subscribe', 'presence'), topic, ref }, optional),
  fc.record({ action: fc.constant('unsubscribe'), topic, subscription: id, ref }, optional),
  fc.record(
    { action: fc.constant('publish'), topic, data: fc.jsonValue(), id, ref },
    { requiredKeys: ['action', 'topic', 'data'] },
  ),
  fc.record(
    {
      action: fc.constant('subscribe'),
      topics: fc.uniqueArray(topic, { minLength: 1, maxLength: Limit.SUBSCRIPTIONS }),
      ref,
    },
    { requiredKeys: ['action', 'topics'] },
  ),
  fc.record(
    { action: fc.constant('ping'), topics: fc.array(topic, { maxLength: Limit.PING_TOPICS }), ref },
    { requiredKeys: ['action'] },
  ),
);

const parse = (value: unknown) => parseClientFrame(JSON.stringify(value));
const codeOf = (value: unknown) => {
  const parsed = parse(value);
  return 'error' in parsed ? parsed.error.code : undefined;
};
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('parseClientFrame()', () => {
  it('returns a frame or an error with a known code for any text', () => {
    const broken = fc.tuple(frame, fc.nat(), fc.string({ unit: 'binary' })).map(([value, at, noise]) => {
      const text = JSON.stringify(value);
      const place = at % text.length;
      return text.slice(0, place) + noise + text.slice(place + noise.length);
    });
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), broken);
    fc.assert(
      fc.property(text, (sent) => {
        const parsed = parseClientFrame(sent);
        if ('error' in parsed) {
          expect(parsed.error.type).toBe('error');
          expect(ERROR_CODES).toContain(parsed.error.code);
          expect(parsed.error.message).toMatch(/./);
        } else {
          expect(parsed.frame).toEqual(JSON.parse(sent));
        }
      }),
    );
  });

  it('returns every valid frame as it was sent', () => {
    fc.assert(
      fc.property(frame, (sent) => {
        expect(parse(sent)).toEqual({ frame: JSON.parse(JSON.stringify(sent)) });
      }),
    );
  });

  it('names an unknown key of an otherwise valid frame in the error', () => {
    const key = fc
      .string({ minLength: 1, maxLength: 64 })
      .filter((name) => !['action', 'ref', 'topic', 'topics', 'subscription', 'data', 'id'].includes(name));
    fc.assert(
      fc.property(frame, key, (sent, name) => {
        const text = `{${JSON.stringify(name)}:1,${JSON.stringify(sent).slice(1)}`;
        expect(parseClientFrame(text)).toEqual({
          error: expect.objectContaining({ code: 'invalid_frame', message: expect.stringContaining(`"${name}"`) }),
        });
      }),
    );
  });

  it('repeats a valid ref in the error', () => {
    expect(parse({ action: 'subscribe', topic: '#', ref: 'r1' })).toMatchObject({ error: { ref: 'r1' } });
    expect(parse({ action: 'subscribe', topic: 'a', ref: 7 })).toMatchObject({
      error: { code: 'invalid_frame', ref: undefined },
    });
    expect(codeOf({ action: 'ping', ref: 'x'.repeat(Limit.REF_LENGTH + 1) })).toBe('invalid_frame');
  });

  it.each([7, '', 'a/b', 'é', 'x'.repeat(65), null])(
    'refuses an unsubscribe with the subscription %j',
    (subscription) => {
      expect(codeOf({ action: 'unsubscribe', topic: 'a', subscription })).toBe('invalid_frame');
    },
  );

  it.each(['', ' ', '{', 'undefined', '{"action":"ping"} {}', '\u0000'])('refuses %j, which is not JSON', (text) => {
    expect(parseClientFrame(text)).toMatchObject({ error: { code: 'invalid_json' } });
  });

  it.each(['null', '1', '"ping"', '[]', '[{"action":"ping"}]'])('refuses %s, which is not an object', (text) => {
    expect(parseClientFrame(text)).toMatchObject({ error: { code: 'invalid_frame' } });
  });

  it.each([
    undefined,
    null,
    7,
    '',
    'Subscribe',
    '$connect',
    '$default',
    '__proto__',
    'constructor',
    'toString',
    ['ping'],
  ])('refuses the action %j', (action) => {
    expect(codeOf({ action, topic: 'a' })).toBe('unknown_action');
  });

  it('refuses __proto__ and constructor as keys, and accepts them in data', () => {
    expect(parseClientFrame('{"action":"ping","__proto__":{"topics":["a"]}}')).toMatchObject({
      error: { code: 'invalid_frame', message: expect.stringContaining('__proto__') },
    });
    expect(codeOf({ action: 'ping', constructor: 1 })).toBe('invalid_frame');
    const parsed = parseClientFrame('{"action":"publish","topic":"a","data":{"__proto__":{"admin":true}}}');
    expect(JSON.stringify(parsed)).toContain('{"__proto__":{"admin":true}}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('refuses values that readers would receive changed, anywhere in a frame, and repeats the ref', () => {
    for (const text of [
      '{"action":"publish","topic":"a","data":{"deep":[1e400]},"ref":"r"}',
      '{"action":"publish","topic":"a","data":"\\ud800","ref":"r"}',
      '{"action":"publish","topic":"a","data":{"\\ud800":1},"ref":"r"}',
    ]) {
      expect(parseClientFrame(text)).toMatchObject({ error: { code: 'invalid_frame', ref: 'r' } });
    }
  });

  it('uses the last value of a duplicate key', () => {
    expect(parseClientFrame('{"action":"publish","action":"ping"}')).toEqual({ frame: { action: 'ping' } });
  });

  it('refuses a publish without data or with an invalid id', () => {
    expect(codeOf({ action: 'publish', topic: 'a' })).toBe('invalid_frame');
    expect(codeOf({ action: 'publish', topic: 'a', data: null })).toBeUndefined();
    for (const bad of ['', 'a b', 'x'.repeat(65), 7, null, 'ü']) {
      expect(codeOf({ action: 'publish', topic: 'a', data: 1, id: bad })).toBe('invalid_frame');
    }
  });

  it('refuses a subscribe with a topic and topics, with no topics, with too many, or with one twice', () => {
    const topics = Array.from({ length: Limit.SUBSCRIPTIONS }, (_, index) => `t${index}`);
    expect(codeOf({ action: 'subscribe', topics })).toBeUndefined();
    for (const bad of [[], [...topics, 'more'], ['a', 'b', 'a'], 'a', null, { 0: 'a' }]) {
      expect(codeOf({ action: 'subscribe', topics: bad })).toBe('invalid_frame');
    }
    expect(codeOf({ action: 'subscribe', topics: ['a', '#'] })).toBe('invalid_topic');
    expect(parse({ action: 'subscribe', topic: 'a', topics: ['a'] })).toMatchObject({
      error: { message: '"topic" is not a key of a subscribe frame with topics' },
    });
  });

  it('counts a character outside the Basic Multilingual Plane as one of the characters of a ref', () => {
    expect(codeOf({ action: 'ping', ref: '😀'.repeat(Limit.REF_LENGTH) })).toBeUndefined();
    expect(codeOf({ action: 'ping', ref: '😀'.repeat(Limit.REF_LENGTH + 1) })).toBe('invalid_frame');
  });

  it.each([
    [{ action: 'shout' }, 'action must be one of subscribe, unsubscribe, publish, ping, presence'],
    [{ action: 'ping', topic: 'a' }, '"topic" is not a key of a ping frame'],
    [{ action: 'ping', ref: 7 }, 'ref must be a string of at most 64 characters'],
    [{ action: 'ping', topics: 'a' }, 'topics must be a list of at most 100 topics'],
    [{ action: 'subscribe', topics: [] }, 'topics must be a list of 1 to 100 different topics'],
    [{ action: 'subscribe', topic: 'a b' }, INVALID_TOPIC.message],
    [{ action: 'unsubscribe', topic: 'a', subscription: '#' }, 'subscription must be that of a subscribed frame'],
    [{ action: 'publish', topic: 'a' }, 'data is required'],
    [{ action: 'publish', topic: 'a', data: 1, id: '' }, 'id must be 1 to 64 letters, digits, "_" and "-"'],
  ])('answers %j with the message %j', (frame, message) => {
    expect(parse(frame)).toMatchObject({ error: { message } });
  });

  it('refuses a ping with too many topics or an invalid topic', () => {
    const topics = Array.from({ length: Limit.PING_TOPICS }, (_, index) => `t${index}`);
    expect(codeOf({ action: 'ping', topics })).toBeUndefined();
    expect(codeOf({ action: 'ping', topics: [...topics, 'more'] })).toBe('invalid_frame');
    expect(codeOf({ action: 'ping', topics: 'a' })).toBe('invalid_frame');
    expect(codeOf({ action: 'ping', topics: ['a', '#'] })).toBe('invalid_topic');
  });
});

describe('a topic', () => {
  it('consists of segments of letters and digits with one separator between them', () => {
    fc.assert(fc.property(topic, (name) => expect(isTopic(name)).toBe(true)));
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a:-b',
    'a/b',
    'a#',
    'a\u0000',
    'a b',
    'a\n',
    'ä',
    'а',
    'a*',
    '__proto__',
    'a.*',
    '../a',
    'x'.repeat(129),
    'x'.repeat(4096),
    7,
    null,
    undefined,
    ['a'],
  ])('cannot be %j', (name) => {
    expect(isTopic(name)).toBe(false);
    expect(codeOf({ action: 'subscribe', topic: name })).toBe(INVALID_TOPIC.code);
  });

  it('can have 128 characters', () => {
    expect(isTopic('x'.repeat(Limit.TOPIC_LENGTH))).toBe(true);
  });

  it.each(['a-'.repeat(63), 'a'.repeat(127)])('is matched without backtracking in %s', (start) => {
    // Backtracking would take longer on any machine. Without it, the match takes almost no time.
    const timeout = 2_000;
    expect(runInNewContext('isTopic(name)', { isTopic, name: `${start}!` }, { timeout })).toBe(false);
  });
});

describe('the data of a message', () => {
  it('can have DATA_BYTES bytes as JSON in UTF-8', () => {
    const largest = 'é'.repeat((Limit.DATA_BYTES - 2) / 2);
    expect(bytesOf(largest)).toBe(Limit.DATA_BYTES);
    expect(refuseData(largest)).toBeUndefined();
    expect(refuseData(`${largest}x`)).toMatchObject({ code: 'too_large' });
  });

  it('is measured as it is serialized, not as it was sent', () => {
    const numbers = `[${'1e20,'.repeat(2000)}1]`;
    expect(parseClientFrame(`{"action":"publish","topic":"a","data":${numbers}}`)).toMatchObject({
      error: { code: 'too_large' },
    });
  });

  it('can be nested DATA_DEPTH levels deep', () => {
    const nested = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(refuseData(nested(Limit.DATA_DEPTH))).toBeUndefined();
    expect(refuseData(nested(Limit.DATA_DEPTH + 1))).toMatchObject({ code: 'too_large' });
    expect(refuseData(nested(60_000))).toMatchObject({ code: 'too_large' });
  });
});

describe('the largest frames', () => {
  const widest = {
    topic: 'x'.repeat(Limit.TOPIC_LENGTH),
    id: 'x'.repeat(Limit.MESSAGE_ID_LENGTH),
    epoch: 'x'.repeat(36),
    sequence: Number.MAX_SAFE_INTEGER,
    publishedAt: '2026-01-01T00:00:00.000Z',
  };
  const data = 'x'.repeat(Limit.DATA_BYTES - 2);
  const ref = '\u0001'.repeat(Limit.REF_LENGTH);
  const { topic, id, epoch, sequence } = widest;

  it('fit into one frame of API Gateway', () => {
    const topics = Array.from({ length: Limit.PING_TOPICS }, (_, index) =>
      String(index).padStart(Limit.TOPIC_LENGTH, 'x'),
    );
    const positions = Object.fromEntries(topics.map((name) => [name, { epoch, sequence }]));
    const frames: (ClientFrame | ServerFrame)[] = [
      { action: 'publish', topic, data, id, ref },
      { action: 'ping', topics, ref },
      { type: 'message', ...widest, data },
      { type: 'pong', positions, ref },
    ];
    for (const each of frames) {
      expect(bytesOf(each)).toBeLessThanOrEqual(Limit.FRAME_BYTES);
    }
  });

  it('are 632 bytes larger than their data, as assumed for DATA_BYTES', () => {
    expect(bytesOf({ action: 'publish', topic, data, id, ref }) - Limit.DATA_BYTES).toBe(632);
  });
});

describe('the protocol', () => {
  it('is smaller than 6 KB when bundled for a browser, and has no dependencies', () => {
    const { outputFiles, metafile } = buildSync({
      entryPoints: [require.resolve('../../../lambda/realtime/parse-frame.ts')],
      bundle: true,
      minify: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      metafile: true,
    });
    expect(Object.keys(metafile.inputs).sort()).toEqual([
      'client/protocol.ts',
      'lambda/realtime/client-frame-schemas.ts',
      'lambda/realtime/exact-json.ts',
      'lambda/realtime/parse-frame.ts',
      'lambda/realtime/schema.ts',
    ]);
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThan(6 * 1024);
  });

  it('accepts generated UUIDs as message ids', () => {
    expect(isMessageId(crypto.randomUUID())).toBe(true);
  });
});
