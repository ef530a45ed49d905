import fc from 'fast-check';
import { cameThroughGateway } from '../../lambda/origin-secret';

const SECRET = 'correct-horse-battery-staple';

test('a handshake with the secret came through the gateway', () => {
  expect(cameThroughGateway([SECRET], SECRET)).toBe(true);
});

test.each([[[]], [['']], [['none']], [[SECRET.toUpperCase()]], [[`${SECRET} `]], [[SECRET, SECRET]], [[SECRET, 'x']]])(
  'a handshake with the values %j did not come through the gateway',
  (values) => {
    expect(cameThroughGateway(values, SECRET)).toBe(false);
  },
);

test('a handshake with a value other than the secret did not come through the gateway', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (guess) => {
      expect(cameThroughGateway([guess], SECRET)).toBe(guess === SECRET);
    }),
  );
});

test('a handshake needs no secret if no gateway is configured', () => {
  expect(cameThroughGateway([], 'none')).toBe(true);
  expect(cameThroughGateway(['anything'], 'none')).toBe(true);
});
