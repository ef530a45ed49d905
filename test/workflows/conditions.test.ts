import { evaluated } from './condition';
import { DEPLOY, jobsOf } from './workflows';

const REPOSITORY = 'example/twinlane';

const VARIABLES = {
  AWS_REGION: 'us-east-1',
  AWS_DIFF_ROLE: 'arn:aws:iam::123456789012:role/twinlane-diff',
  AWS_DEPLOY_ROLE: 'arn:aws:iam::123456789012:role/twinlane-deploy',
};

function pullRequest(head: string) {
  return {
    event_name: 'pull_request',
    repository: REPOSITORY,
    ref: 'refs/pull/1/merge',
    event: { pull_request: { head: { repo: head ? { full_name: head } : null } } },
  };
}

function run(event: 'push' | 'workflow_dispatch', ref: string) {
  return { event_name: event, repository: REPOSITORY, ref, event: {} };
}

const MAIN = 'refs/heads/main';

const FORK = pullRequest('stranger/twinlane');

test.each([
  ['a pull request from a branch shows the changes', pullRequest(REPOSITORY), VARIABLES, ['test', 'diff']],
  ['a pull request from a fork says why it does not', FORK, VARIABLES, ['test', 'diff-skipped']],
  ['a pull request from a deleted fork says why it does not', pullRequest(''), VARIABLES, ['test', 'diff-skipped']],
  ['a pull request without variables says why it does not', pullRequest(REPOSITORY), {}, ['test', 'diff-skipped']],
  ['a push to main deploys', run('push', MAIN), VARIABLES, ['test', 'deploy']],
  ['a push to main without variables only tests', run('push', MAIN), {}, ['test']],
  ['a push to main without a role only tests', run('push', MAIN), { ...VARIABLES, AWS_DEPLOY_ROLE: '' }, ['test']],
  ['a push to main without a Region only tests', run('push', MAIN), { ...VARIABLES, AWS_REGION: '' }, ['test']],
  ['a run by hand of main deploys', run('workflow_dispatch', MAIN), VARIABLES, ['test', 'deploy']],
  ['a run by hand of another branch only tests', run('workflow_dispatch', 'refs/heads/x'), VARIABLES, ['test']],
  ['a run by hand of a tag named main only tests', run('workflow_dispatch', 'refs/tags/main'), VARIABLES, ['test']],
])('%s', (_, github, vars, expected) => {
  expect(jobsThatRun(github, vars)).toEqual(expected);
});

function jobsThatRun(github: object, vars: object): string[] {
  return jobsOf(DEPLOY)
    .filter((job) => job.if === undefined || evaluated(job.if, { github, vars }))
    .map(({ name }) => name);
}

test('a deployment waits for the tests', () => {
  expect(DEPLOY.jobs.deploy?.needs).toBe('test');
});

describe('a condition', () => {
  const contexts = { github: { ref: 'Main', event: { draft: false } }, vars: {} };

  it.each([
    ["github.ref == 'main'", true],
    ["github.ref != 'main'", false],
    ["vars.MISSING == ''", true],
    ['vars.MISSING', false],
    ['!github.event.draft', true],
    ["!(github.ref == 'main' && vars.MISSING != '')", true],
    ["github.ref == 'x' || github.ref == 'main' && vars.MISSING == ''", true],
    ["(github.ref == 'main' || github.ref == 'x') && vars.MISSING != ''", false],
  ])('%s is %s', (condition, expected) => {
    expect(evaluated(condition, contexts)).toBe(expected);
  });

  it.each([
    "contains(github.ref, 'x')",
    "secrets.KEY == 'x'",
    "(github.ref == 'x'",
    "github.ref == 'x' )",
    'a > b',
    '',
  ])('%s is refused, because this evaluator does not understand it', (condition) => {
    expect(() => evaluated(condition, contexts)).toThrow();
  });
});
