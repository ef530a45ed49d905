import { Template } from 'aws-cdk-lib/assertions';
import { stableTemplate, templateSerializer } from '../../lib/compliance/stable-template';
import { testApp } from '../lib/synthesized';
import type { Settings } from '../../lib/settings/settings';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  ONE_LOAD_BALANCER,
  SHARED_LOAD_BALANCER,
  STAGES,
  stageStack,
  stageTemplate,
} from './stages';
import { type Json, templateDifference } from './template-difference';

expect.addSnapshotSerializer(templateSerializer);
expect.addSnapshotSerializer({
  test: (value) => Array.isArray(value),
  serialize: (lines: string[]) => lines.join('\n'),
});

/** Alarms are reviewed in docs/alarms.md, and the dashboard in its test: their text would hide other changes of the template. */
const WITHOUT_OPERATION: Partial<Settings> = { operation: undefined };

/**
 * Template of a stage with `changes`, without alarms and dashboard. All stages have the same stack name, so that the name is not a
 * difference.
 */
function templateOf(stage: string, changes: Partial<Settings> = {}): Json {
  const stack = stageStack(stage, { ...WITHOUT_OPERATION, ...changes }, testApp(), 'Twinlane');
  return stableTemplate(Template.fromStack(stack).toJSON()) as Json;
}

test('the prod stage deploys what was reviewed', () => {
  expect(stageTemplate('prod', WITHOUT_OPERATION).toJSON()).toMatchSnapshot();
});

test.each(STAGES)(
  'in the %s stage, the operation adds resources and outputs of its own, and to others only the alarms of deployments',
  (stage) => {
    const without = stageTemplate(stage, { operation: undefined }).toJSON();
    const operated = stageTemplate(stage, { operation: {} }).toJSON();
    const idsIn = ({ Resources, Outputs }: typeof without) => [...Object.keys(Resources), ...Object.keys(Outputs)];
    const before = new Set(idsIn(without));
    const added = idsIn(operated).filter((id) => !before.has(id));
    const own = /^TwinLaneOperation|^(AlarmTopicArn|HealthAlarms|DashboardName|RollbackAlarmArns|DeploymentAlarms)$/;
    expect(added.filter((id) => !own.test(id))).toEqual([]);
    expect(added.length).toBeGreaterThan(10);
    const others = templateDifference(without, operated).filter(
      (line) => !added.some((id) => line.includes(`.${id}:`)),
    );
    const services = Object.values<{ Type: string }>(without.Resources).filter(
      ({ Type }) => Type === 'AWS::ECS::Service',
    );
    const alarms = /^\+ Resources\.\w+Service\w+\.Properties\.DeploymentConfiguration\.Alarms: /;
    expect(others.filter((line) => !alarms.test(line))).toEqual([]);
    expect(others).toHaveLength(services.length);
  },
);

test('a canary adds resources and outputs of its own, and changes only the client of the user pool, the health and the dashboard', () => {
  const templateWith = (operation: Settings['operation']) => stageTemplate('prod', { operation }).toJSON();
  const [without, operated] = [templateWith({}), templateWith({ canary: {} })];
  const changed = Object.keys(without.Resources).filter(
    (id) => JSON.stringify(without.Resources[id]) !== JSON.stringify(operated.Resources[id]),
  );
  expect(changed.map((id) => operated.Resources[id]?.Type).sort()).toEqual([
    'AWS::CloudWatch::CompositeAlarm',
    'AWS::CloudWatch::CompositeAlarm',
    'AWS::CloudWatch::CompositeAlarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::Cognito::UserPoolClient',
  ]);
  const added = Object.keys(operated.Resources).filter((id) => !(id in without.Resources));
  expect(added.filter((id) => !/^TwinLaneOperation(.*canary|Canary)/.test(id))).toEqual([]);
});

test('the dev stage differs from the prod stage as was reviewed', () => {
  expect(templateDifference(templateOf('prod'), templateOf('dev'))).toMatchSnapshot();
});

test('the servers stage differs from the dev stage as was reviewed', () => {
  expect(templateDifference(templateOf('dev'), templateOf('servers'))).toMatchSnapshot();
});

test('the servers stage with a shared load balancer differs from the one with two as was reviewed', () => {
  expect(templateDifference(templateOf('servers'), templateOf('servers', SHARED_LOAD_BALANCER))).toMatchSnapshot();
});

test('the gateway stage differs from the dev stage as was reviewed', () => {
  expect(templateDifference(templateOf('dev'), templateOf('gateway'))).toMatchSnapshot();
});

test('the gateway stage with servers differs from the servers stage as was reviewed', () => {
  expect(templateDifference(templateOf('servers'), templateOf('gateway', GATEWAY_WITH_SERVERS))).toMatchSnapshot();
});

test('the gateway stage with public load balancers differs from the one with internal ones as was reviewed', () => {
  const internal = templateOf('gateway', GATEWAY_WITH_SERVERS);
  const open = templateOf('gateway', GATEWAY_WITH_PUBLIC_LOAD_BALANCERS);
  expect(templateDifference(internal, open)).toMatchSnapshot();
});

test('the gateway stage with a public load balancer and an API differs from the one with an internal one as was reviewed', () => {
  const open = templateOf('gateway', GATEWAY_WITH_PUBLIC_LOAD_BALANCER);
  expect(templateDifference(templateOf('gateway'), open)).toMatchSnapshot();
});

test('the servers stage with one host for both lanes differs from the one with a shared load balancer as was reviewed', () => {
  const one = templateOf('servers', ONE_LOAD_BALANCER);
  expect(templateDifference(templateOf('servers', SHARED_LOAD_BALANCER), one)).toMatchSnapshot();
});
