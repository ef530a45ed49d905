import { openFilesLimit, openFilesProblem } from '../../../../tools/bench/sockets/open-files';

test('a limit of open files that is too low is reported with its fix, before a process starts', () => {
  expect(openFilesProblem(5199, 5000)).toBe(
    'A process must be able to have 5200 open files for 5000 sockets, got a limit of 5199. Fix: run `ulimit -n 5200` in this shell, as root if it is refused.',
  );
  expect(openFilesProblem(5200, 5000)).toBeUndefined();
  expect(openFilesProblem('unlimited', 5000)).toBeUndefined();
});

test('the limit of this process is known', () => {
  const limit = openFilesLimit();
  expect(limit === 'unlimited' || limit > 0).toBe(true);
});
