import { linesOf, tally } from '../../../../tools/bench/probe/tally';

const right = { missed: [], wrongFirst: [], falseFaults: [], seconds: 2 };

test('a tally counts the runs that are wrong, and each difference', () => {
  const result = tally('an import', [
    right,
    { ...right, missed: ['cold-process', 'exit code 0 instead of 1'], seconds: 4 },
    { ...right, missed: ['cold-process'], falseFaults: ['tls'], seconds: 3 },
  ]);
  expect(result).toEqual({
    ...{ title: 'an import', runs: 3, right: 1, misses: 2, wrongFirst: 0, falseFaults: 1, seconds: 3 },
    differences: ['missed: cold-process (2)', 'missed: exit code 0 instead of 1 (1)', 'false fault: tls (1)'],
  });
  expect(linesOf(result).map((line) => line.trim())).toEqual([
    '3       2            0             1      3.0  an import',
    'missed: cold-process (2)',
    'missed: exit code 0 instead of 1 (1)',
    'false fault: tls (1)',
  ]);
});
