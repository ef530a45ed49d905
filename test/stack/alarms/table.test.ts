import { DEFAULT_THRESHOLDS } from '../../../lib/operation/alarms/thresholds';
import { expectTable, type Rows } from '../../support/generated-table';
import type { AlarmCase, Scenario } from './alarm-case';
import { alarmsIn } from './alarms-in-template';
import { caseOf, CASES, kindOf } from './cases';
import { type Facts, factsOf } from './facts';
import type { MetricAlarm } from './metric-alarm';
import { OPERATED_STACKS, resourcesOf } from './operated-stacks';

jest.mock('../../../lib/operation/alarms/thresholds', () => jest.requireActual('./default-thresholds'));

const HEADINGS = {
  http: 'HTTP lane',
  websocket: 'WebSocket lane',
  log: 'Message log and delivery',
  shared: 'Both lanes',
} as const satisfies Record<AlarmCase['lane'], string>;

/** Alarms by case, each from the first stack that has it. */
function alarmsByCase(): Map<AlarmCase, { alarm: MetricAlarm; facts: Facts }> {
  const found = new Map<AlarmCase, { alarm: MetricAlarm; facts: Facts }>();
  for (const name of Object.keys(OPERATED_STACKS)) {
    const resources = resourcesOf(name);
    const facts = factsOf(resources);
    for (const { id, alarm } of alarmsIn(resources)) {
      const alarmCase = caseOf(id, facts);
      found.set(alarmCase, found.get(alarmCase) ?? { alarm, facts });
    }
  }
  return found;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '≥',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '≤',
};

function rowOf({ id, exists, threshold, fires, quiet }: AlarmCase, alarm: MetricAlarm, facts: Facts): string[] {
  const [problem = ''] = alarm.description.split('\n');
  const section = /#([\w-]+)/.exec(alarm.description)?.[1];
  const props = threshold.map((name) => (name in DEFAULT_THRESHOLDS ? `\`${name}\`` : name)).join(', ');
  return [
    `[${kindOf(id)}](runbook.md#${section})`,
    exists,
    problem,
    metricsOf(alarm),
    `${SYMBOLS[alarm.comparison]} ${alarm.threshold.toLocaleString('en-US')}${props && ` (${props})`}`,
    `${alarm.datapointsToAlarm} of ${alarm.evaluationPeriods}`,
    `\`${alarm.missingData}\``,
    clausesOf(fires(facts)),
    clausesOf(quiet(facts)),
  ];
}

/** @returns the metrics without their resources: `Errors` Sum */
function metricsOf({ inputs }: MetricAlarm): string {
  const texts = [...inputs.values()].map(({ metric, statistic }) => `\`${metric.name}\` ${statistic}`);
  return [...new Set(texts)].join(', ');
}

function clausesOf(scenarios: readonly Scenario[]): string {
  return [...new Set(scenarios.map(({ when }) => when))].join('; ');
}

test.each(Object.entries(HEADINGS))('docs/alarms.md has the alarms of the lane %s', (lane, heading) => {
  const alarms = alarmsByCase();
  const rows: Rows = CASES.filter((each) => each.lane === lane).flatMap((alarmCase) => {
    const { alarm, facts } = alarms.get(alarmCase) ?? {};
    return alarm && facts ? [rowOf(alarmCase, alarm, facts)] : [];
  });
  expect(rows).not.toEqual([]);
  expectTable('docs/alarms.md', heading, rows);
});

test('each threshold is that of an alarm', () => {
  const named = new Set(CASES.flatMap(({ threshold }) => threshold));
  expect(Object.keys(DEFAULT_THRESHOLDS).filter((name) => !named.has(name))).toEqual([]);
});
