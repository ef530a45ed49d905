import { EVENT_BRIDGE_OPERATORS } from '../../../events/patterns/comparison';
import { eventPattern } from '../../../events/patterns/event-pattern';

const patternOf = (operand: object) => eventPattern(JSON.stringify({ a: [operand] }), EVENT_BRIDGE_OPERATORS);

describe.each<[object, unknown[], unknown[]]>([
  [{ prefix: { 'equals-ignore-case': 'AB' } }, ['abc', 'Ab'], ['cab', 1]],
  [{ suffix: { 'equals-ignore-case': '.PNG' } }, ['a.png'], ['png', '.png.txt']],
  [
    { wildcard: '/users/*/photo.*' },
    ['/users/1/photo.jpg', '/users/a/b/photo.'],
    ['/users/1/photo', '/users/1/photoxjpg'],
  ],
  [{ wildcard: 'a\\*b' }, ['a*b'], ['axb', 'a\\*b']],
  [{ wildcard: 'a\\\\b' }, ['a\\b'], ['ab', 'a\\\\b']],
  [{ cidr: '10.0.0.0/24' }, ['10.0.0.0', '10.0.0.255'], ['10.0.1.0', '::a00:0', 'x', 1]],
  [{ cidr: '2001:db8::/32' }, ['2001:db8::1'], ['2001:db9::1', '10.0.0.1']],
  [{ 'anything-but': { wildcard: '*/lib/*' } }, ['/src/a'], ['/lib/a', undefined]],
  [{ 'anything-but': { prefix: ['x', 'y'] } }, ['z', 1], ['xa', 'yb', undefined]],
  [{ 'anything-but': { 'equals-ignore-case': ['A', 'B'] } }, ['c'], ['a', 'B', undefined]],
  [{ 'anything-but': ['a', 1] }, ['b', 2], ['a', 1, undefined]],
])('the operator %j of EventBridge', (operand, passing, failing) => {
  const matches = patternOf(operand);
  test.each(passing)('matches %j', (a) => {
    expect(matches({ a } as never)).toBe(true);
  });
  test.each(failing)('does not match %j', (a) => {
    expect(matches({ a } as never)).toBe(false);
  });
});

test.each([
  { wildcard: 'a**b' },
  { wildcard: 1 },
  { cidr: '10.0.0.0' },
  { cidr: '10.0.0.0/33' },
  { cidr: 'x/8' },
  { prefix: { suffix: 'a' } },
  { 'anything-but': { wildcard: 1 } },
  { 'anything-but': { numeric: ['=', 1] } },
  { other: 'a' },
])('the operator %j is an error that names it', (operand) => {
  expect(() => patternOf(operand)).toThrow(`event pattern: .a has ${JSON.stringify(operand)}`);
});

test.each([{ wildcard: 'a*' }, { cidr: '10.0.0.0/8' }, { prefix: { 'equals-ignore-case': 'a' } }])(
  'an event source mapping does not accept the operator %j',
  (operand) => {
    expect(() => eventPattern(JSON.stringify({ a: [operand] }))).toThrow('does not support');
  },
);
