import fc from 'fast-check';
import { cameThroughDistribution } from '../../lambda/origin-secret';

const SECRET = 'correct-horse-battery-staple';

test('a handshake with the secret came through the distribution', () => {
  expect(cameThroughDistribution([SECRET], SECRET)).toBe(true);
});

test.each([[[]], [['']], [['none']], [[SECRET.toUpperCase()]], [[`${SECRET} `]], [[SECRET, SECRET]], [[SECRET, 'x']]])(
  'a handshake with the values %j did not come through the distribution',
  (values) => {
    expect(cameThroughDistribution(values, SECRET)).toBe(false);
  },
);

test('a handshake with a value other than the secret did not come through the distribution', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (guess) => {
      expect(cameThroughDistribution([guess], SECRET)).toBe(guess === SECRET);
    }),
  );
});

test('a handshake needs no secret if no distribution is configured', () => {
  expect(cameThroughDistribution([], 'none')).toBe(true);
  expect(cameThroughDistribution(['anything'], 'none')).toBe(true);
});
