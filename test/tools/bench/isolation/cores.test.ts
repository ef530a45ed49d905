import { busyShare, processorsIn } from '../../../../tools/bench/isolation/cores';

test("a list of processors is parsed in the kernel's format, and other text gives no processors", () => {
  expect(processorsIn('0,1')).toEqual([0, 1]);
  expect(processorsIn('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]);
  expect(processorsIn('7')).toEqual([7]);
  expect(processorsIn('')).toEqual([]);
});

test('the busy share is relative to the time between two readings', () => {
  expect(busyShare({ busy: 1000, idle: 9000 }, { busy: 1300, idle: 9100 })).toBe(0.75);
});
