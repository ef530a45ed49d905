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
  ['empty text', { a: [''] }, [{ a: '' }], [{ a: null }, {}]],
  ['prefix', { a: [{ prefix: 'ab' }] }, [{ a: 'abc' }], [{ a: 'ba' }, { a: 1 }, {}]],
  ['suffix', { a: [{ suffix: 'bc' }] }, [{ a: 'abc' }], [{ a: 'cb' }, {}]],
  ['case-insensitive equality', { a: [{ 'equals-ignore-case': 'Ab' }] }, [{ a: 'aB' }], [{ a: 'b' }, {}]],
  ['presence', { a: [{ exists: true }] }, [{ a: null }, { a: 0 }], [{}, { b: 1 }]],
  ['absence', { a: { b: [{ exists: false }] } }, [{}, { a: {} }, { a: 1 }], [{ a: { b: null } }]],
  ['anything but a value', { a: [{ 'anything-but': 'x' }] }, [{ a: 'y' }, { a: 1 }], [{ a: 'x' }, {}]],
  ['anything but several values', { a: [{ 'anything-but': ['x', 1] }] }, [{ a: 'y' }], [{ a: 'x' }, { a: 1 }, {}]],
  ['anything but a prefix', { a: [{ 'anything-but': { prefix: 'x' } }] }, [{ a: 'y' }], [{ a: 'xy' }, {}]],
  ['a number', { a: [{ numeric: ['=', 5] }] }, [{ a: 5 }], [{ a: 6 }, { a: '5' }, {}]],
  ['a range', { a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 1 }, { a: 5 }], [{ a: 0 }, { a: 6 }]],
  ['alternatives for one value', { a: ['x', { prefix: 'y' }] }, [{ a: 'x' }, { a: 'yes' }], [{ a: 'z' }]],
  ['several fields', { a: ['x'], b: { c: ['y'] } }, [{ a: 'x', b: { c: 'y' } }], [{ a: 'x' }, { b: { c: 'y' } }]],
  ['alternative fields', { $or: [{ a: ['x'] }, { b: ['y'] }] }, [{ a: 'x' }, { b: 'y' }], [{ a: 'y', b: 'x' }]],
  [
    'one element of a list of objects',
    { a: { b: ['x'], c: ['y'] } },
    [{ a: [{ b: 'z' }, { b: 'x', c: 'y' }] }],
    [{ a: [{ b: 'x' }, { c: 'y' }] }, { a: [] }],
  ],
  ['one element of a list', { a: ['x'] }, [{ a: ['y', 'x'] }], [{ a: ['y'] }, { a: [] }]],
])('a filter pattern for %s', (_, pattern, passing, failing) => {
  test.each(passing)('matches %j', (record) => {
    expect(passes(pattern, record)).toBe(true);
  });
  test.each(failing)('does not match %j', (record) => {
    expect(passes(pattern, record)).toBe(false);
  });
});

test("the stack's filter pattern matches the insertion of a message", () => {
  const pattern = { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'MESSAGE#' }] } } } };
  const record = (eventName: string, sk: string) => ({ eventName, dynamodb: { Keys: { sk: { S: sk } } } });
  expect(passes(pattern, record('INSERT', 'MESSAGE#1'))).toBe(true);
  expect(passes(pattern, record('INSERT', 'POSITION'))).toBe(false);
  expect(passes(pattern, record('REMOVE', 'MESSAGE#1'))).toBe(false);
});

test('a filter without patterns matches every record, and one with several matches if one of them does', () => {
  expect(filterOf([])({})).toBe(true);
  const either = filterOf(['{"a":["x"]}', '{"a":["y"]}']);
  expect([{ a: 'x' }, { a: 'y' }, { a: 'z' }].map(either)).toEqual([true, true, false]);
});

test('an equality pattern matches only its own value, and anything-but every other value', () => {
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
  ['{"a":[{"wildcard":"x*"}]}', 'event pattern: .a has {"wildcard":"x*"}, which the local runner does not support'],
  ['{"a":[{"numeric":["~",1]}]}', 'event pattern: .a has {"numeric":["~",1]}'],
  ['{"a":"x"}', 'event pattern: .a must be an object or an array, got "x"'],
])('an invalid pattern is rejected: %s', (pattern, message) => {
  expect(() => filterOf([pattern])).toThrow(message);
});

describe('the message of a queue', () => {
  const message = (body: string) => ({ body, messageId: '1' });

  test.each<[string, object, string, boolean]>([
    ['matches by the JSON in its body', { body: { a: [1] } }, '{"a":1}', true],
    ['does not match if the JSON in its body differs', { body: { a: [1] } }, '{"a":2}', false],
    ['does not match a pattern for JSON if its body is plain text', { body: { a: [1] } }, 'text', false],
    ['matches by its plain text', { body: ['text'] }, 'text', true],
    ['does not match a pattern for text if its body is JSON', { body: [{ prefix: '{' }] }, '{"a":1}', false],
    ['matches by its properties outside the body', { messageId: ['1'] }, '{"a":1}', true],
  ])('%s', (_, pattern, body, expected) => {
    expect(messageFilterOf([JSON.stringify(pattern)])(message(body))).toBe(expected);
  });
});
