import { isRight, judge } from '../../../../tools/bench/probe/judgment';
import type { Cause, CauseId } from '../../../../tools/probe/diagnosis/cause';
import { emptyMeasurements } from '../../../../tools/probe/measurements';
import type { Report } from '../../../../tools/probe/report/report';

function cause(id: CauseId, adds = 300, fault = true): Cause {
  return { id, adds, to: 'first request', because: '', fault, found: '', fix: '' };
}

function report(causes: readonly Cause[], exitCode: Report['exitCode'] = 1): Report {
  return {
    ...{ answer: 'Your first request took 310 ms.', exitCode, causes },
    ...{ undecided: [], notMeasured: [{ what: 'the cost of an extension', check: 'Use a private window.' }] },
    ...{ request: { method: 'GET', url: 'http://localhost/' }, measuredAt: '2027-01-01T00:00:00.000Z' },
    ...{ waterfall: { first: [], second: [] }, measurements: emptyMeasurements() },
  };
}

const right = { missed: [], wrongFirst: [], falseFaults: [] };

test('a report is right if it names the planted causes in their order, and latency after them', () => {
  const judgment = judge(report([cause('cold-process'), cause('cold-url'), cause('cold-connection', 50, false)]), {
    ...{ exitCode: 1, first: ['cold-process'], others: ['cold-url'], says: /extension/ },
    adds: { 'cold-process': 250 },
  });
  expect(judgment).toEqual(right);
  expect(isRight(judgment)).toBe(true);
});

test('a report that does not name a planted cause misses it', () => {
  const judgment = judge(report([cause('cold-process')]), { first: ['cold-process'], others: ['cold-url'] });
  expect(judgment).toEqual({ ...right, missed: ['cold-url'] });
  expect(isRight(judgment)).toBe(false);
});

test('a report whose first cause is another planted one is wrong in its first name', () => {
  const causes = [cause('cold-url'), cause('cold-process')];
  expect(judge(report(causes), { first: ['cold-process'], others: ['cold-url'] })).toEqual({
    ...right,
    wrongFirst: ['cold-url'],
  });
});

test('a fault that is not planted is a false one, and not missed where none is planted', () => {
  expect(judge(report([cause('tls')]), { exitCode: 1, first: [] })).toEqual({ ...right, falseFaults: ['tls'] });
});

test('a fault that can be named is not a false one', () => {
  expect(judge(report([cause('tls')]), { first: [], allowed: ['tls'] })).toEqual(right);
});

test('a report that attributes the milliseconds of another cause misses the planted ones', () => {
  expect(
    judge(report([cause('cold-process', 600)]), { first: ['cold-process'], adds: { 'cold-process': 350 } }),
  ).toEqual({
    ...right,
    missed: ['cold-process 600 ms instead of 350'],
  });
});

test('a wrong exit code and a missing statement are misses', () => {
  expect(judge(report([], 2), { exitCode: 0, first: [], says: /restart/ })).toEqual({
    ...right,
    missed: ['says restart', 'exit code 2 instead of 0'],
  });
});
