import fc from 'fast-check';
import { nearest } from '../../../lib/settings/nearest';

describe('nearest', () => {
  test('goes by difference among numbers, and takes the first of two that are as near', () => {
    expect(nearest(100, [30, 90, 120])).toBe(90);
    expect(nearest(4, [3, 5])).toBe(3);
  });

  test('goes by edits among words, in any case', () => {
    expect(nearest('prd', ['dev', 'prod'])).toBe('prod');
    expect(nearest('EU-WEST-1', ['ap-east-1', 'eu-west-1'])).toBe('eu-west-1');
  });

  test('goes by edits where only one is a number', () => {
    expect(nearest('512', [256, 512, 1024])).toBe(512);
  });

  test('finds a candidate itself', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        (numbers) => nearest(numbers.at(-1), numbers) === numbers.at(-1),
      ),
    );
  });

  test('needs a candidate', () => {
    expect(() => nearest('dev', [])).toThrow();
  });
});
