import fc from 'fast-check';
import { nearestNumber, nearestWord } from '../../../lib/settings/nearest';

describe('nearestNumber', () => {
  test('is the candidate with the smallest difference, the first of two', () => {
    expect(nearestNumber(100, [30, 90, 120])).toBe(90);
    expect(nearestNumber(4, [3, 5])).toBe(3);
  });

  test('throws without a candidate', () => {
    expect(() => nearestNumber(1, [])).toThrow();
  });
});

describe('nearestWord', () => {
  test('is at most two edits away, in any case', () => {
    expect(nearestWord('prd', ['dev', 'prod'])).toBe('prod');
    expect(nearestWord('EU-WEST-1', ['ap-east-1', 'eu-west-1'])).toBe('eu-west-1');
    expect(nearestWord('us-est-11', ['us-east-1'])).toBe('us-east-1');
  });

  test('is undefined for a word that resembles no candidate, and for other values', () => {
    expect(nearestWord('snapshot', ['destroy', 'retain'])).toBeUndefined();
    expect(nearestWord({ toString: false }, ['dev'])).toBeUndefined();
    expect(nearestWord('dev', [])).toBeUndefined();
  });

  test('is a candidate itself, if it is given one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 }),
        (words) => nearestWord(words.at(-1), words) === words.at(-1),
      ),
    );
  });
});
