import fc from 'fast-check';
import { routeKeyOf, routeSelection } from '../../websocket/route-selection';
import { apiOf } from './running';

test.each([
  ['$request.body.action', { action: 'chat' }, 'chat'],
  ['$request.body.action', { other: 'chat' }, ''],
  ['$request.body.a.b', { a: { b: 'deep' } }, 'deep'],
  ['$request.body.a.b', { a: 'flat' }, ''],
  ['$request.body.kind', { kind: 7 }, '7'],
  ['${request.body.service}/${request.body.action}', { service: 's', action: 'a' }, 's/a'],
  ['${request.body.service}/${request.body.action}', { action: 'a' }, '/a'],
  ['fixed', {}, 'fixed'],
  ['\\$default', {}, '$default'],
  ['$request.body.constructor', {}, ''],
])('the expression %s evaluates %j to %j', (expression, body, key) => {
  expect(routeKeyOf(expression)(JSON.stringify(body))).toBe(key);
});

test.each(['$request.header.x', '$context.stage', '${stageVariables.x}', '$default'])(
  'the expression %s is rejected at the start, because it does not read the body',
  (expression) => {
    expect(() => routeKeyOf(expression)).toThrow(JSON.stringify(expression));
  },
);

test('a frame that is not JSON has no route key, unless the expression is constant', () => {
  expect(routeKeyOf('$request.body.action')('{')).toBeUndefined();
  expect(routeKeyOf('fixed')('{')).toBe('fixed');
});

test('any action selects an exact match, and otherwise $default', () => {
  const { routes } = apiOf([{ routeKey: 'a' }, { routeKey: 'b' }, { routeKey: '$default' }, { routeKey: '$connect' }]);
  const select = routeSelection('$request.body.action', routes);
  const action = fc.oneof(fc.constantFrom('a', 'b', '$connect', '$default', '__proto__'), fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(action, (value) => {
      const expected = value === 'a' || value === 'b' ? value : '$default';
      expect(select(JSON.stringify({ action: value }))?.routeKey).toBe(expected);
    }),
  );
});

test('any frame can be evaluated without an error', () => {
  const select = routeSelection('$request.body.a.b', []);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (frame) => {
      expect(select(frame)).toBeUndefined();
    }),
  );
});
