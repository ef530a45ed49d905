import fc from 'fast-check';
import { ERROR_CODES, isMessageId, isTopic, Limit, type ServerFrame } from '../../../client/protocol';
import { parseClientFrame, refuseData } from '../../../lambda/realtime/parse-frame';

jest.setTimeout(60_000);

/** Number of inputs of this file: 100,000 with those of test/lambda/realtime/admission-fuzz and test/service/app-fuzz. */
const RUNS = 60_000;

/** Maximum size of a message in API Gateway, which does not pass larger ones to a function. Frames have at most 32 KB. */
const LARGEST = 128 * 1024;

const topic = fc.oneof(
  fc.constantFrom('room:1', 'a', 'x'.repeat(128), 'x'.repeat(129), '', 'a#b', '../a', 'a\0', 'rооm', '*', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const data = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__":{"polluted":1}}'), JSON.parse('{"constructor":{"prototype":1}}')),
);

const valid = fc.oneof(
  fc.record({ action: fc.constantFrom('subscribe', 'unsubscribe', 'presence'), topic: fc.constantFrom('room:1', 'a') }),
  fc.record({ action: fc.constant('publish'), topic: fc.constantFrom('room:1', 'a'), data }),
  fc.record({
    action: fc.constantFrom('ping', 'subscribe'),
    topics: fc.array(fc.constantFrom('room:1', 'a'), { maxLength: 3 }),
  }),
);

/** Frames with known keys and values of any type. */
const odd = fc.record(
  {
    action: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('subscribe', 'unsubscribe', 'presence', 'publish', 'ping') },
      {
        weight: 1,
        arbitrary: fc.constantFrom<unknown>('$connect', 'constructor', '__proto__', 'toString', 1, null, []),
      },
    ),
    topic,
    topics: fc.array(topic, { maxLength: 3 }),
    data,
    id: fc.oneof(fc.constantFrom<unknown>('order-42', 'a/b', '', 'é', 7, {}), fc.string({ maxLength: 70 })),
    subscription: fc.oneof(fc.constantFrom<unknown>('1-a', 'a/b', '', 'é', 7, null), fc.string({ maxLength: 70 })),
    ref: fc.oneof(fc.string({ unit: 'binary', maxLength: 70 }), fc.constantFrom<unknown>(1, null, '\ud800', '\r\n')),
    extra: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: ['action'] },
);

const frame = fc.oneof(valid, odd);

/** Text that replaces part of another text. */
const graft = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(
    '"__proto__":{"polluted":1},',
    '"topic":"b",',
    '\ud800',
    '\\ud800',
    '\0',
    '\r\n',
    '}',
    '{',
    '"',
    '1e999',
    '1e-999',
    '12345678901234567890',
    '\\udc00',
  ),
  fc.nat({ max: 300 }).map((depth) => '['.repeat(depth)),
);

const mutated = fc
  .tuple(
    frame.map((value) => JSON.stringify(value)),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), graft), { maxLength: 3 }),
  )
  .map(([text, cuts]) =>
    cuts.reduce((result, [at, removed, inserted]) => {
      const place = at % (result.length + 1);
      return result.slice(0, place) + inserted + result.slice(place + removed);
    }, text),
  );

const huge = fc
  .tuple(fc.constantFrom('[', '{"a":', 'x', '€', '\ud800', ' '), fc.constantFrom(1000, 40_000, LARGEST))
  .map(([unit, length]) => `{"action":"publish","topic":"a","data":${unit.repeat(length).slice(0, length)}`);

const deep = fc
  .tuple(fc.constantFrom('data', 'topics', 'ref', 'topic', 'extra'), fc.integer({ min: 1, max: 5000 }))
  .map(([key, depth]) => `{"action":"publish","topic":"a","${key}":${'['.repeat(depth)}${']'.repeat(depth)}}`);

const input = fc.oneof(
  { weight: 200, arbitrary: frame.map((value) => JSON.stringify(value)) },
  { weight: 600, arbitrary: mutated },
  { weight: 200, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 200, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 40, arbitrary: deep },
  { weight: 1, arbitrary: huge },
);

test(`each of ${RUNS} random texts is a valid frame or gets an error frame of at most 1 KB`, () => {
  const seen = { frames: 0, errors: new Set<string>() };
  fc.assert(
    fc.property(input, (text) => {
      const parsed = parseClientFrame(text);
      if ('frame' in parsed) {
        seen.frames += 1;
        expectFrame(parsed.frame);
        expect(parsed.frame).toEqual(JSON.parse(text));
        expectKept(parsed.frame);
      } else {
        seen.errors.add(parsed.error.code);
        expectError(parsed.error);
      }
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
  // The test is meaningless if almost every input is refused.
  expect(seen.frames).toBeGreaterThan(RUNS / 100);
  expect([...seen.errors].sort()).toEqual(
    ['invalid_frame', 'invalid_json', 'invalid_topic', 'too_large', 'unknown_action'].sort(),
  );
});

// oxlint-disable-next-line typescript/no-explicit-any -- the test does not trust the type of the parsed frame
function expectFrame(frame: any): void {
  const keys = {
    subscribe: [frame.topics === undefined ? 'topic' : 'topics'],
    unsubscribe: ['topic', 'subscription'],
    presence: ['topic'],
    publish: ['topic', 'data', 'id'],
    ping: ['topics'],
  };
  const known = ['action', 'ref', ...keys[frame.action as keyof typeof keys]];
  const sound =
    Object.keys(frame).every((key) => known.includes(key)) &&
    (frame.topics === undefined || (frame.topics.length <= Limit.PING_TOPICS && frame.topics.every(isTopic))) &&
    (frame.action === 'ping' || isTopic(frame.topic) || (frame.action === 'subscribe' && hasDifferentTopics(frame))) &&
    (frame.id === undefined || isMessageId(frame.id)) &&
    (frame.subscription === undefined || isMessageId(frame.subscription)) &&
    (frame.ref === undefined || (typeof frame.ref === 'string' && [...frame.ref].length <= Limit.REF_LENGTH)) &&
    (frame.action !== 'publish' || refuseData(frame.data) === undefined);
  expect(sound).toBe(true);
}

function hasDifferentTopics({ topics = [] }: { topics?: string[] }): boolean {
  return topics.length > 0 && new Set(topics).size === topics.length;
}

/** Readers receive the frame's values as JSON in UTF-8. */
function expectKept(frame: unknown): void {
  const received = JSON.parse(new TextDecoder().decode(new TextEncoder().encode(JSON.stringify(frame))));
  expect(received).toEqual(frame);
  // JSON.stringify escapes them, so they arrive in JavaScript, but not in every language.
  expect(JSON.stringify(frame).replaceAll('\\\\', '')).not.toMatch(/\\ud[89a-f]/);
}

function expectError(error: ServerFrame & { type: 'error' }): void {
  const text = JSON.stringify(error);
  expect(ERROR_CODES).toContain(error.code);
  expect(Buffer.byteLength(text)).toBeLessThan(1024);
  expect(text).not.toMatch(/[\r\n]/);
}
