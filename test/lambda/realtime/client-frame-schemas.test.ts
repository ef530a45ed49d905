import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { Limit } from '../../../client/protocol';
import { CLIENT_FRAMES, SUBSCRIBE_TOPICS } from '../../../lambda/realtime/client-frame-schemas';
import { mismatch } from '../../../lambda/realtime/schema';

const ajv = new Ajv2020({ allErrors: false });

/** Values of a field that are valid, almost valid, or of another type. */
const text = fc.oneof(
  fc.constantFrom('room:1', 'a', 'a..b', '', 'a\n', 'x'.repeat(64), 'x'.repeat(65), '😀'.repeat(64), '😀'.repeat(65)),
  fc.constantFrom('x'.repeat(Limit.TOPIC_LENGTH), 'x'.repeat(Limit.TOPIC_LENGTH + 1), 'é', 'order_42-a'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const many = fc
  .tuple(fc.integer({ min: 98, max: 102 }), fc.boolean())
  .map(([length, twice]) => Array.from({ length }, (_, index) => `t${twice && index === 7 ? 0 : index}`));
const list = fc.oneof(
  fc.array(text, { maxLength: 4 }),
  many,
  fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
);
const value = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 3, arbitrary: list },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const keys = ['ref', 'topic', 'topics', 'subscription', 'data', 'id', '__proto__', 'constructor', 'extra'];

/** Texts that are valid in each field. */
const valid = fc.constantFrom('a', 'room', 'x'.repeat(64));

/** Frames of an action: most have only its own keys, with values that often match. */
const frameOf = (action: string, own: readonly string[]) =>
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc
        .record(Object.fromEntries(own.map((key) => [key, key === 'topics' ? valid.map((topic) => [topic]) : valid])))
        .map((fields): unknown => ({ ...fields, action })),
    },
    {
      weight: 4,
      arbitrary: fc
        .record(Object.fromEntries(own.map((key) => [key, key === 'topics' ? list : text])), { requiredKeys: [] })
        .map((fields): unknown => ({ ...fields, action })),
    },
    {
      weight: 1,
      arbitrary: fc
        .dictionary(fc.constantFrom(...keys), value, { maxKeys: 4 })
        .map((fields): unknown => ({ ...fields, action })),
    },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );

describe.each([...Object.entries(CLIENT_FRAMES), ['subscribe with topics', SUBSCRIBE_TOPICS] as const])(
  'a frame %s',
  (_, schema) => {
    const own = Object.keys(schema.properties).filter((key) => key !== 'action');

    test('matches its schema for the functions exactly if a validator of JSON Schema accepts it', () => {
      const accepts = ajv.compile(schema);
      const seen = { true: 0, false: 0 };
      fc.assert(
        fc.property(frameOf(JSON.parse(JSON.stringify(schema.properties.action)).const, own), (frame) => {
          const valid = accepts(frame);
          seen[`${valid}`] += 1;
          return (mismatch(schema, frame) === undefined) === valid;
        }),
        { numRuns: 300 },
      );
      expect(Math.min(seen.true, seen.false)).toBeGreaterThan(10);
    });
  },
);
