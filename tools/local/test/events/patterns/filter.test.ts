import fc from 'fast-check';
import { filterOf, messageFilterOf } from '../../../events/patterns/filter';

const passes = (pattern: object, record: object) => filterOf([JSON.stringify(pattern)])(record);

describe.each<[string, object, object[], object[]]>([
  [
    'equality',
    { a: ['x', 1, null, true] },
    [{ a: 'x' }, { a: 1 }, { a: null }, { a: true }],
    [{ a: 'y' }, { a: '1' }, {}],
  ],
  ['an empty text', { a: [''] }, [{ a: '' }], [{ a: null }, {}]],
  ['prefix', { a: [{ prefix: 'ab' }] }, [{ a: 'abc' }], [{ a: 'ba' }, { a: 1 }, {}]],
  ['suffix', { a: [{ suffix: 'bc' }] }, [{ a: 'abc' }], [{ a: 'cb' }, {}]],
  ['equality of either case', { a: [{ 'equals-ignore-case': 'Ab' }] }, [{ a: 'aB' }], [{ a: 'b' }, {}]],
  ['presence', { a: [{ exists: true }] }, [{ a: null }, { a: 0 }], [{}, { b: 1 }]],
  ['absence', { a: { b: [{ exists: false }] } }, [{}, { a: {} }, { a: 1 }], [{ a: { b: null } }]],
  ['anything but a value', { a: [{ 'anything-but': 'x' }] }, [{ a: 'y' }, { a: 1 }], [{ a: 'x' }, {}]],
  ['anything but several', { a: [{ 'anything-but': ['x', 1] }] }, [{ a: 'y' }], [{ a: 'x' }, { a: 1 }, {}]],
  ['anything but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, [{ a: 'y' }], [{ a: 'xy' }, {}]],
  ['a number', { a: [{ numeric: ['=', 5] }] }, [{ a: 5 }], [{ a: 6 }, { a: '5' }, {}]],
  ['a range', { a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 1 }, { a: 5 }], [{ a: 0 }, { a: 6 }]],
  ['alternatives of one value', { a: ['x', { prefix: 'y' }] }, [{ a: 'x' }, { a: 'yes' }], [{ a: 'z' }]],
  ['several members', { a: ['x'], b: { c: ['y'] } }, [{ a: 'x', b: { c: 'y' } }], [{ a: 'x' }, { b: { c: 'y' } }]],
  ['alternatives of members', { $or: [{ a: ['x'] }, { b: ['y'] }] }, [{ a: 'x' }, { b: 'y' }], [{ a: 'y', b: 'x' }]],
  ['one of a list', { a: ['x'] }, [{ a: ['y', 'x'] }], [{ a: ['y'] }, { a: [] }]],
])('a pattern of %s', (_, pattern, passing, failing) => {
  test.each(passing)('passes %j', (record) => {
    expect(passes(pattern, record)).toBe(true);
  });
  test.each(failing)('stops %j', (record) => {
    expect(passes(pattern, record)).toBe(false);
  });
});

test('passes the insertion of a message as this stack filters it', () => {
  const pattern = { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'MESSAGE#' }] } } } };
  const record = (eventName: string, sk: string) => ({ eventName, dynamodb: { Keys: { sk: { S: sk } } } });
  expect(passes(pattern, record('INSERT', 'MESSAGE#1'))).toBe(true);
  expect(passes(pattern, record('INSERT', 'POSITION'))).toBe(false);
  expect(passes(pattern, record('REMOVE', 'MESSAGE#1'))).toBe(false);
});

test('passes everything without a pattern, and what any of several matches', () => {
  expect(filterOf([])({})).toBe(true);
  const either = filterOf(['{"a":["x"]}', '{"a":["y"]}']);
  expect([{ a: 'x' }, { a: 'y' }, { a: 'z' }].map(either)).toEqual([true, true, false]);
});

test('is passed by whatever it is made from, and by nothing else', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(
      fc.string().filter((key) => key !== '$or' && key !== '__proto__'),
      value,
      value,
      (key, wanted, other) => {
        expect(passes({ [key]: [wanted] }, { [key]: other })).toBe(Object.is(wanted, other) || wanted === other);
        expect(passes({ [key]: [{ 'anything-but': wanted as string }] }, { [key]: other })).toBe(wanted !== other);
      },
    ),
  );
});

test.each([
  ['{"a":[{"wildcard":"x*"}]}', 'event pattern: .a has {"wildcard":"x*"}, which the local runner does not know'],
  ['{"a":[{"numeric":["~",1]}]}', 'event pattern: .a has {"numeric":["~",1]}'],
  ['{"a":"x"}', 'event pattern: .a must be an object or an array, got "x"'],
])('refuses the pattern %s', (pattern, message) => {
  expect(() => filterOf([pattern])).toThrow(message);
});

describe("a queue's message", () => {
  const message = (body: string) => ({ body, messageId: '1' });

  test.each<[string, object, string, boolean]>([
    ['passes by the JSON in its body', { body: { a: [1] } }, '{"a":1}', true],
    ['is stopped by the JSON in its body', { body: { a: [1] } }, '{"a":2}', false],
    ['is stopped if a pattern looks into plain text', { body: { a: [1] } }, 'text', false],
    ['passes by its plain text', { body: ['text'] }, 'text', true],
    ['is stopped if a pattern of text meets JSON', { body: [{ prefix: '{' }] }, '{"a":1}', false],
    ['passes by what is around the body', { messageId: ['1'] }, '{"a":1}', true],
  ])('%s', (_, pattern, body, expected) => {
    expect(messageFilterOf([JSON.stringify(pattern)])(message(body))).toBe(expected);
  });
});
