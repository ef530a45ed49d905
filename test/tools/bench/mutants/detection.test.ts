import { failureOf, type Report, runsFor } from '../../../../tools/bench/mutants/detection';

const MUTANT = { file: 'lambda/realtime/session.ts', bug: 'a bug', find: 'a', replace: 'b' };

const failed = (fullName: string, message: string) => ({ status: 'failed', fullName, failureMessages: [message] });

const report = (...assertionResults: Report['testResults'][number]['assertionResults']): Report => ({
  testResults: [{ name: '/copy/test/a.test.ts', status: 'failed', message: '', assertionResults }],
});

describe('the tests that look for a bug', () => {
  test('are the one at the same path, then all that import the file', () => {
    const exists = (path: string) => path === 'test/lambda/realtime/session.test.ts';
    expect(runsFor(MUTANT, exists)).toEqual([
      ['--runTestsByPath', 'test/lambda/realtime/session.test.ts'],
      ['--selectProjects', 'unit', '--findRelatedTests', 'lambda/realtime/session.ts'],
      ['--selectProjects', 'slow', '--findRelatedTests', 'lambda/realtime/session.ts'],
    ]);
  });

  test('of the local runner are in its own folder', () => {
    const file = 'tools/local/aws/endpoint.ts';
    const [first] = runsFor({ ...MUTANT, file }, (path) => path === 'tools/local/test/aws/endpoint.test.ts');
    expect(first).toEqual(['--runTestsByPath', 'tools/local/test/aws/endpoint.test.ts']);
  });

  test('are only those that the bug names, if it names some', () => {
    expect(runsFor({ ...MUTANT, tests: ['test/system/page'] }, () => true)).toEqual([['test/system/page']]);
  });
});

describe('the failure that detects a bug', () => {
  test('is the failed test, with its path in the project', () => {
    expect(failureOf(report(failed('a thing works', 'Error: expected 1')), '/copy')).toEqual({
      file: 'test/a.test.ts',
      test: 'a thing works',
      timedOut: false,
    });
  });

  test('is an assertion rather than a time limit', () => {
    const found = report(
      failed('slow', 'thrown: "Exceeded timeout of 30000 ms"'),
      failed('wrong', 'Error: expected 1'),
    );
    expect(failureOf(found, '/copy')).toMatchObject({ test: 'wrong', timedOut: false });
  });

  test('is marked if it is a time limit', () => {
    expect(failureOf(report(failed('slow', 'thrown: "Exceeded timeout of 30000 ms"')), '/copy')).toMatchObject({
      timedOut: true,
    });
  });

  test('is the error of a test file that cannot run', () => {
    const { testResults } = report();
    const found = { testResults: testResults.map((each) => ({ ...each, message: 'TypeError: a\n  at b' })) };
    expect(failureOf(found, '/copy')).toMatchObject({ file: 'test/a.test.ts', test: 'TypeError: a' });
  });

  test('does not exist if no test failed', () => {
    expect(failureOf({ testResults: [] }, '/copy')).toBeUndefined();
  });
});
