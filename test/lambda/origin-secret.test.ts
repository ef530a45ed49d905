import fc from 'fast-check';
import { cameThroughDistribution } from '../../lambda/origin-secret';

const SECRET = 'correct-horse-battery-staple';

test('a handshake that shows the secret came through the distribution', () => {
  expect(cameThroughDistribution([SECRET], SECRET)).toBe(true);
});

test.each([[[]], [['']], [['none']], [[SECRET.toUpperCase()]], [[`${SECRET} `]], [[SECRET, SECRET]], [[SECRET, 'x']]])(
  'one that shows %j did not',
  (values) => {
    expect(cameThroughDistribution(values, SECRET)).toBe(false);
  },
);

test('one that guesses did not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (guess) => {
      expect(cameThroughDistribution([guess], SECRET)).toBe(guess === SECRET);
    }),
  );
});

test('where there is no distribution, none has to be shown', () => {
  expect(cameThroughDistribution([], 'none')).toBe(true);
  expect(cameThroughDistribution(['anything'], 'none')).toBe(true);
});
