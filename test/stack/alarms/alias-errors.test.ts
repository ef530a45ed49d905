import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { watchedTwinlane } from '../../lib/operation/watched-lanes';
import { withApi } from '../../lib/lanes';
import { templateOf } from '../../lib/synthesized';
import { unknownMetric } from '../../support/known-metrics';
import type { AlarmCase } from './alarm-case';
import { problemsOf } from './check-case';
import { concrete, type Resources } from './concrete';
import { factsOf } from './facts';
import { type MetricAlarm, readAlarm } from './metric-alarm';
import { publishedBy } from './published';

const GRADUAL = { deployment: {} };

/** Functions of each lane and of the delivery, each with a gradual deployment. */
const resources: Resources = templateOf((stack) =>
  watchedTwinlane(stack, {
    http: { compute: HttpCompute.lambda(GRADUAL) },
    webSocket: withApi({ connect: GRADUAL, message: GRADUAL, disconnect: GRADUAL }),
    delivery: { push: GRADUAL, dispatch: GRADUAL, deliver: GRADUAL },
    revoke: GRADUAL,
  }),
).toJSON().Resources;

const stack = { facts: factsOf(resources), published: publishedBy(resources) };

const idsOf = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);

/** Alarms of a deployment group, by its logical id: those of the template, without the ones that it has by name. */
const GROUPS = idsOf('AWS::CodeDeploy::DeploymentGroup').map((group) => {
  const names: readonly { Name: unknown }[] = resources[group]?.Properties.AlarmConfiguration.Alarms;
  const own = names.flatMap(({ Name }) => {
    const id = `${concrete(Name, resources)}`;
    return resources[id]?.Type === 'AWS::CloudWatch::Alarm' ? [id] : [];
  });
  return [group, own] as const;
});

function alarmOf(id: string): MetricAlarm {
  return readAlarm(concrete(resources[id]?.Properties, resources) as Record<string, unknown>);
}

/** @returns the case of the errors of the alias whose deployments a group makes */
function caseOf(alias: string, fn: string): AlarmCase {
  const errors = (of: string, ...values: readonly number[]) => [
    { metric: 'AWS/Lambda Errors', of: new RegExp(`^${of}$`), values },
  ];
  return {
    id: 'alias-errors',
    lane: 'shared',
    exists: 'a gradual deployment',
    threshold: [],
    fires: () => [
      { when: 'one of two invocations of the alias fails', changes: errors(alias, 1, 0) },
      {
        when: 'the only invocation in 2 minutes fails',
        changes: errors(alias, 1).map((each) => ({ ...each, every: 2 })),
      },
    ],
    quiet: () => [
      { when: 'the alias has no invocation', changes: errors(alias) },
      { when: 'invocations fail that are not of the alias', changes: errors(fn, 1, 1) },
    ],
  };
}

test('each function with a gradual deployment has a group of its own, with one alarm on its alias', () => {
  expect(GROUPS).toHaveLength(8);
  expect(GROUPS.filter(([, own]) => own.length !== 1)).toEqual([]);
  const watched = GROUPS.flatMap(([, own]) => own).map(
    (id) => alarmOf(id).inputs.get('m1')?.metric.dimensions.Resource,
  );
  const aliases = idsOf('AWS::Lambda::Alias').map((id) => {
    const { FunctionName, Name } = resources[id]?.Properties ?? {};
    return `${concrete(FunctionName, resources)}:${Name}`;
  });
  expect(watched.sort()).toEqual(aliases.sort());
});

test.each(GROUPS)('the alarm of %s fires with errors of its alias, and with no others', (group, [own = '']) => {
  const alias = idsOf('AWS::Lambda::Alias').find((id) => id.startsWith(group.replace(/DeploymentGroup.*/, '')));
  const fn = `${concrete(resources[alias ?? '']?.Properties.FunctionName, resources)}`;
  const alarm = alarmOf(own);
  expect(problemsOf([alarm], caseOf(alias ?? '', fn), stack)).toEqual([]);

  // Each of these must be found.
  const [[id, input] = ['', undefined]] = alarm.inputs;
  const { Resource: _, ...ofFunction } = input?.metric.dimensions ?? {};
  const onFunction = input && new Map([[id, { ...input, metric: { ...input.metric, dimensions: ofFunction } }]]);
  const sabotages: Partial<MetricAlarm>[] = [
    { threshold: 1 },
    { datapointsToAlarm: 3 },
    { missingData: 'breaching' },
    { ...(onFunction && { inputs: onFunction }) },
  ];
  for (const sabotage of sabotages) {
    expect(problemsOf([{ ...alarm, ...sabotage }], caseOf(alias ?? '', fn), stack)).not.toEqual([]);
  }
});

test('the alarms of deployment groups are on metrics that exist', () => {
  const problems = GROUPS.flatMap(([, own]) => own)
    .flatMap((id) => [...alarmOf(id).inputs.values()])
    .map(({ metric }) => unknownMetric(metric.namespace, metric.name, Object.keys(metric.dimensions)));
  expect(problems.filter(Boolean)).toEqual([]);
});

test('a deployment group has the alarms of its lane by name, and none of another lane', () => {
  const named = idsOf('AWS::CodeDeploy::DeploymentGroup').map((group) => {
    const names: readonly { Name: unknown }[] = resources[group]?.Properties.AlarmConfiguration.Alarms;
    const texts = names.map(({ Name }) => `${concrete(Name, resources)}`).filter((name) => name.startsWith('Test-'));
    return [/HttpLane|WebSocketLane|Delivery|Revocation/.exec(group)?.[0], texts] as const;
  });
  const lanes: Readonly<Record<string, RegExp>> = {
    HttpLane: /^Test-TwinLane-http-/,
    WebSocketLane: /^Test-TwinLane-websocket-/,
    Delivery: /^Test-TwinLane-delivery-/,
    Revocation: /^Test-TwinLane-delivery-/,
  };
  expect(named.filter(([, names]) => names.length === 0)).toEqual([]);
  expect(named.filter(([lane = '', names]) => !names.every((name) => lanes[lane]?.test(name)))).toEqual([]);
});
