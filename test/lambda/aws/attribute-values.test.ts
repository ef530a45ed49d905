import { marshall as sdkMarshall, unmarshall as sdkUnmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { marshall, unmarshall } from '../../../lambda/aws/attribute-values';

/** Any name except __proto__, because the SDK drops an attribute of that name. */
const name = fc.string().filter((text) => text !== '__proto__');

const { items } = fc.letrec<{ items: Record<string, unknown>; value: unknown }>((tie) => ({
  items: fc.dictionary(name, tie('value'), { noNullPrototype: true, maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.maxSafeInteger(),
    fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e15, max: 1e15 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('items'),
  ),
}));

it("marshall() and unmarshall() return the same as the SDK's functions", () => {
  fc.assert(
    fc.property(items, (item) => {
      const wire = marshall(item);
      expect(wire).toEqual(sdkMarshall(item));
      expect(unmarshall(wire)).toEqual(sdkUnmarshall(sdkMarshall(item)));
    }),
  );
});

it('marshall() and unmarshall() keep an attribute of any name', () => {
  const item = '{"__proto__":{"a":1},"constructor":2}';

  expect(JSON.stringify(unmarshall(marshall(JSON.parse(item))))).toBe(item);
});

it.each([undefined, 1n, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, Symbol('a'), () => 1])(
  'marshall() throws for the value %p',
  (value) => {
    expect(() => marshall({ value })).toThrow(TypeError);
  },
);

it.each([{ SS: ['a'] }, { B: 'AA==' }, { N: '9007199254740993' }])('unmarshall() throws for the value %j', (value) => {
  expect(() => unmarshall({ value } as never)).toThrow(TypeError);
});
