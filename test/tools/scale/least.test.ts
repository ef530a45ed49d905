import { leastWhole } from '../../../tools/scale/least';

describe('the least whole number', () => {
  it.each([1, 2, 37, 99, 100])('is found where the condition holds from %d on', (from) => {
    expect(leastWhole(1, 100, (value) => value >= from)).toBe(from);
  });

  it('is undefined if the condition holds for none', () => {
    expect(leastWhole(1, 100, (value) => value > 100)).toBeUndefined();
  });
});
