import { scripts } from '../../package.json';
import { Output } from '../../lib/outputs';
import { stageTemplate } from '../stack/stages';
import { captures } from '../support/documents';
import { DEPLOY, jobsOf, scriptOf, STEPS, WORKFLOWS } from './workflows';

/**
 * Inputs that the pinned commit of each action accepts, of those that are useful here: its `action.yml` at that commit. A linter knows
 * the inputs of a released version only, and not those of a commit.
 */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  // https://github.com/actions/checkout/blob/3d3c42e5aac5ba805825da76410c181273ba90b1/action.yml
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1': ['fetch-depth', 'path', 'persist-credentials', 'ref'],
  // https://github.com/actions/setup-node/blob/820762786026740c76f36085b0efc47a31fe5020/action.yml
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020': [
    ...['architecture', 'cache', 'cache-dependency-path', 'check-latest', 'node-version', 'node-version-file'],
    'package-manager-cache',
  ],
  // https://github.com/aws-actions/configure-aws-credentials/blob/e6de054238d6b7531b4efff3b6587d9aade6a06c/action.yml
  'aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c': [
    ...['allowed-account-ids', 'aws-region', 'mask-aws-account-id', 'role-duration-seconds', 'role-session-name'],
    'role-to-assume',
  ],
};

const ACTIONS = STEPS.filter((step) => step.uses !== undefined);

const SCRIPTS = STEPS.filter((step) => step.run !== undefined);

test('each action is pinned to a commit, with its version beside it', () => {
  const lines = WORKFLOWS.flatMap(({ text }) => text.split('\n').filter((line) => /\buses:/.test(line)));
  expect(lines).toHaveLength(ACTIONS.length);
  expect(ACTIONS.length).toBeGreaterThan(5);
  expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test('each input of an action is one that its pinned commit accepts', () => {
  const unknown = ACTIONS.flatMap(({ uses = '', with: given = {} }) =>
    Object.keys(given).filter((name) => !INPUTS[uses]?.includes(name)),
  );
  expect(unknown).toEqual([]);
  expect(ACTIONS.filter(({ uses = '' }) => !(uses in INPUTS))).toEqual([]);
});

test('no script contains an expression, so that no text of a pull request becomes code', () => {
  expect(SCRIPTS.length).toBeGreaterThan(5);
  expect(SCRIPTS.filter(({ run }) => run?.includes('${{'))).toEqual([]);
});

test('no environment of a script contains a text that a stranger can choose', () => {
  const values = STEPS.flatMap(({ env = {} }) => Object.values(env).map(String));
  expect(values.filter((value) => /github\.(event|head_ref|actor|ref_name)/.test(value))).toEqual([]);
});

test('each script of more than one line stops at the first error', () => {
  const long = SCRIPTS.filter(({ run = '' }) => run.trim().includes('\n'));
  expect(long.length).toBeGreaterThan(3);
  expect(long.filter(({ run = '' }) => !run.startsWith('set -euo pipefail\n'))).toEqual([]);
});

test('no workflow runs the code of a pull request with the permissions of the repository', () => {
  const triggers = WORKFLOWS.flatMap(({ on }) => Object.keys(on));
  expect([...new Set(triggers)].sort()).toEqual(['pull_request', 'push', 'workflow_dispatch']);
});

test('each job has only the permissions that it needs, and an end', () => {
  expect(WORKFLOWS.map(({ permissions }) => permissions)).toEqual(WORKFLOWS.map(() => ({})));
  const permissions = Object.fromEntries(jobsOf(DEPLOY).map((job) => [job.name, job.permissions]));
  expect(permissions).toEqual({
    test: { contents: 'read' },
    diff: { contents: 'read', 'id-token': 'write' },
    'diff-skipped': {},
    deploy: { contents: 'read', 'id-token': 'write' },
  });
  expect(WORKFLOWS.flatMap(jobsOf).filter((job) => !job['timeout-minutes'])).toEqual([]);
});

test('no checkout leaves a token of GitHub in the folder', () => {
  const checkouts = ACTIONS.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(0);
  expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
});

test('only the jobs with a token for AWS assume a role, and no job has a stored key', () => {
  const assuming = STEPS.filter(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
  expect(assuming.map(({ job, with: given }) => [job, given?.['role-to-assume']])).toEqual([
    ['diff', '${{ vars.AWS_DIFF_ROLE }}'],
    ['deploy', '${{ vars.AWS_DEPLOY_ROLE }}'],
  ]);
  expect(WORKFLOWS.filter(({ text }) => /secrets\.|access-key/.test(text))).toEqual([]);
});

test('a deployment is never canceled by the next one, and runs in the environment prod on a machine for arm64', () => {
  expect(DEPLOY.jobs.deploy).toMatchObject({
    concurrency: { group: 'deploy-prod', 'cancel-in-progress': false },
    environment: 'prod',
    'runs-on': 'ubuntu-24.04-arm',
  });
  const template = stageTemplate('prod').toJSON();
  expect(JSON.stringify(template)).toContain('"CpuArchitecture":"ARM64"');
});

test('a session of the deployment lasts as long as its job', () => {
  const { deploy } = DEPLOY.jobs;
  const duration = deploy?.steps.find((step) => step.with?.['role-to-assume'])?.with?.['role-duration-seconds'];
  expect(duration).toBe(Number(deploy?.['timeout-minutes']) * 60);
});

test('the job test runs every part of npm run check', () => {
  const commands = (DEPLOY.jobs.test?.steps ?? []).flatMap(({ run }) => (run ? [run] : []));
  expect(commands[0]).toBe('npm ci');
  expect(commands.slice(1)).toEqual(scripts.check.split(' && '));
});

test('the job test has the history, without which the test of the last release is skipped', () => {
  const checkout = DEPLOY.jobs.test?.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkout?.with?.['fetch-depth']).toBe(0);
});

test('each npm script of a workflow exists', () => {
  const names = captures(/npm run ([\w:-]+)/g, WORKFLOWS.map(({ text }) => text).join('\n'));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !(name in scripts))).toEqual([]);
});

test('the output that a deployment reads is an output of the stack', () => {
  const [name] = captures(/OutputKey=='(\w+)'/g, scriptOf('deploy', 'Deploy'));
  expect(Object.values<string>(Output)).toContain(name);
});

test('CloudFormation watches longer than the window of each alarm that rolls back', () => {
  const windows = alarms(/-(http-errors|http-latency|websocket-errors|websocket-latency|websocket-failures)$/).map(
    ({ EvaluationPeriods, Period, Metrics = [] }) =>
      (EvaluationPeriods * Math.max(Period ?? 0, ...Metrics.map(({ MetricStat }) => MetricStat?.Period ?? 0))) / 60,
  );
  expect(windows).toHaveLength(5);
  const minutes = Number(DEPLOY.jobs.deploy?.steps.find(({ name }) => name === 'Deploy')?.env?.MONITORING_MINUTES);
  expect(minutes).toBeGreaterThan(Math.max(...windows));
  expect(minutes).toBeLessThanOrEqual(180);
});

interface AlarmProperties {
  readonly AlarmName: string;
  readonly EvaluationPeriods: number;
  /** Seconds. */
  readonly Period?: number;
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Period: number } }[];
}

function alarms(name: RegExp): AlarmProperties[] {
  const found = stageTemplate('prod').findResources('AWS::CloudWatch::Alarm');
  return Object.values<{ Properties: AlarmProperties }>(found as never)
    .map(({ Properties }) => Properties)
    .filter(({ AlarmName }) => name.test(AlarmName));
}
