import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { watchedTwinlane } from '../../lib/operation/watched-lanes';
import { templateOf } from '../../lib/synthesized';
import { captures } from '../../support/documents';
import { unknownMetric } from '../../support/known-metrics';
import { alarmsIn as alarmsOfRule, stateOfRule } from './alarm-rule';
import type { AlarmState } from './alarm-state';
import type { AlarmCase, Scenario } from './alarm-case';
import { type AlarmInTemplate, alarmsIn, compositesIn } from './alarms-in-template';
import { caseOf, CASES, kindOf } from './cases';
import { concrete } from './concrete';
import { problemsOf } from './check-case';
import { courseOf } from './course';
import { factsOf } from './facts';
import type { MetricAlarm } from './metric-alarm';
import { type Reading, READINGS } from './metric-math';
import { OPERATED_STACKS, resourcesOf } from './operated-stacks';
import { publishedBy } from './published';
import { nameOf } from './world';

jest.mock('../../../lib/operation/alarms/thresholds', () => jest.requireActual('./default-thresholds'));

const [DOCUMENTED] = READINGS as [Reading];

/** Periods of trouble, for all alarms. */
const LONG = 18;

const STACKS = Object.keys(OPERATED_STACKS);

/** @returns the alarms of a stack by kind */
function kindsOf(alarms: readonly AlarmInTemplate[]): [string, AlarmInTemplate[]][] {
  const kinds = new Set(alarms.map(({ id }) => kindOf(id)));
  return [...kinds].map((kind) => [kind, alarms.filter(({ id }) => kindOf(id) === kind)]);
}

/** @returns a predicate for the alarms that read a metric that a scenario changes. Others have normal traffic, in which none fires. */
function reads({ changes }: Scenario) {
  const changed = new Set(changes === 'nothing' ? [] : changes.map(({ metric }) => metric));
  return ({ inputs }: MetricAlarm) => [...inputs.values()].some(({ metric }) => changed.has(nameOf(metric)));
}

describe.each(STACKS)('%s', (name) => {
  test('has alarms that fire with the data of their cases, and with no other', () => {
    const resources = resourcesOf(name);
    const facts = factsOf(resources);
    const published = publishedBy(resources);
    const problems = kindsOf(alarmsIn(resources)).flatMap(([kind, alarms]) =>
      problemsOf(
        alarms.map(({ alarm }) => alarm),
        caseOf(kind, facts),
        { facts, published },
      ).map((problem) => `${kind} ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  test('has alarms of which none fires because of trouble in another lane', () => {
    const resources = resourcesOf(name);
    const stack = { facts: factsOf(resources), published: publishedBy(resources) };
    const alarms = kindsOf(alarmsIn(resources)).map(([kind, ofKind]) => ({
      alarmCase: caseOf(kind, stack.facts),
      alarms: ofKind.map(({ alarm }) => alarm),
    }));
    const fired = alarms.flatMap(({ alarmCase: { lane, id, fires } }) =>
      fires(stack.facts).flatMap((scenario) =>
        alarms
          .filter(({ alarmCase, alarms: others }) => alarmCase.lane !== lane && others.some(reads(scenario)))
          .filter(({ alarms: others }) => courseOf(others, scenario, stack, LONG, DOCUMENTED).during.some(Boolean))
          .map(({ alarmCase }) => `${alarmCase.id} if ${scenario.when} (${id})`),
      ),
    );
    expect(fired).toEqual([]);
  });

  test('has alarms on metrics that exist', () => {
    const problems = alarmsIn(resourcesOf(name)).flatMap(({ id, alarm }) =>
      [...alarm.inputs.values()].flatMap(({ metric }) => {
        const problem = unknownMetric(metric.namespace, metric.name, Object.keys(metric.dimensions));
        return problem ? [`${id}: ${problem}`] : [];
      }),
    );
    expect(problems).toEqual([]);
  });

  test('has an alarm on the errors and one on the throttles of each function', () => {
    const resources = resourcesOf(name);
    const watched = (metric: string) =>
      alarmsIn(resources)
        .flatMap(({ alarm }) => [...alarm.inputs.values()])
        .filter((input) => input.metric.namespace === 'AWS/Lambda' && input.metric.name === metric)
        .map((input) => input.metric.dimensions.FunctionName)
        .sort();
    const functions = [...factsOf(resources).functions].sort();
    expect({ errors: watched('Errors'), throttles: watched('Throttles') }).toEqual({
      errors: functions,
      throttles: functions,
    });
  });

  test('is in the state of any alarm of a lane, and notifies on both changes', () => {
    const resources = resourcesOf(name);
    const composites = compositesIn(resources);
    expect(composites.length).toBeGreaterThan(1);
    for (const { rule, alarmActions, okActions } of composites) {
      const members = alarmsOfRule(rule);
      const states = (bad: string | undefined, others: AlarmState) => (alarm: string) =>
        alarm === bad ? 'ALARM' : others;
      expect(members.filter((member) => stateOfRule(rule, states(member, 'OK')) !== 'ALARM')).toEqual([]);
      expect(stateOfRule(rule, states(undefined, 'OK'))).toBe('OK');
      expect(stateOfRule(rule, states(undefined, 'INSUFFICIENT_DATA'))).toBe('OK');
      expect(alarmActions).toHaveLength(1);
      expect(okActions).toEqual(alarmActions);
    }
  });

  test('has each alarm in the health of its lane, and those of both lanes in both', () => {
    const resources = resourcesOf(name);
    const facts = factsOf(resources);
    const alarms = alarmsIn(resources);
    const members = Object.fromEntries(
      compositesIn(resources).map(({ lane, rule }) => [lane, alarmsOfRule(rule).sort()]),
    );
    const of = (...lanes: AlarmCase['lane'][]) =>
      alarms
        .filter(({ id }) => {
          const { lane, notifiesItself = false } = caseOf(id, facts);
          return lanes.includes(lane) && !notifiesItself;
        })
        .map(({ logicalId }) => `${logicalId}.Arn`)
        .sort();
    const expected = { http: of('http', 'shared'), websocket: of('websocket', 'shared'), log: of('log') };
    expect({ ...expected, ...members }).toEqual(expected);
    // Each alarm is in the health of a lane that exists, or notifies by itself.
    const alone = alarms.filter(({ id }) => caseOf(id, facts).notifiesItself);
    expect(new Set(Object.values(members).flat()).size).toBe(alarms.length - alone.length);
  });

  test('has alarms of conditions that last, which notify by themselves on both changes, and no others', () => {
    const resources = resourcesOf(name);
    const facts = factsOf(resources);
    const [{ alarmActions: topic } = { alarmActions: [] }] = compositesIn(resources);
    const actions = alarmsIn(resources).map(({ id, logicalId }) => {
      const properties = resources[logicalId]?.Properties ?? {};
      const { AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = properties;
      return [id, concrete([AlarmActions, OKActions, InsufficientDataActions], resources)];
    });
    expect(topic).toHaveLength(1);
    expect(actions).toEqual(
      actions.map(([id]) => [id, caseOf(`${id as string}`, facts).notifiesItself ? [topic, topic, []] : [[], [], []]]),
    );
  });
});

test('the health of each lane links to the chapter of the runbook that has its alarms', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const chapters = captures(/^## (.+)$/gm, runbook).map((heading) => heading.toLowerCase().replaceAll(' ', '-'));
  const links = compositesIn(resourcesOf('the stage prod')).flatMap(({ description }) =>
    captures(/^Runbook: docs\/runbook\.md#(.+)$/gm, description),
  );
  expect(new Set(links).size).toBe(3);
  expect(links.filter((link) => !chapters.includes(link))).toEqual([]);
});

test('a fork that sets thresholds is evaluated with the defaults, which the cases are about', () => {
  const thresholds = { errorPercent: 5, deliveryAge: Duration.minutes(2) };
  const template = templateOf((stack) => watchedTwinlane(stack, { operation: { thresholds } }));
  const alarms = alarmsIn(template.toJSON().Resources);
  const thresholdOf = (kind: string) => alarms.find(({ id }) => id === kind)?.alarm.threshold;
  expect([thresholdOf('http-errors'), thresholdOf('delivery-age')]).toEqual([1, 60_000]);
});

test('each case has an alarm in one of the stacks', () => {
  const used = new Set(
    STACKS.flatMap((name) => {
      const resources = resourcesOf(name);
      return alarmsIn(resources).map(({ id }) => caseOf(id, factsOf(resources)));
    }),
  );
  expect(CASES.filter((each) => !used.has(each)).map(({ id, exists }) => `${id}: ${exists}`)).toEqual([]);
});
