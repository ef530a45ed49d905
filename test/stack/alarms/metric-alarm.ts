import { idsIn, parse } from './metric-math-syntax';

/** Metric of CloudWatch. Dimensions are concrete: no intrinsic functions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Metric with the statistic that makes a data point of a period. */
interface Input {
  readonly metric: Metric;
  readonly statistic: string;
}

/** Metric alarm of a template. */
export interface MetricAlarm {
  readonly name: string;
  readonly description: string;

  /** Metrics by id. */
  readonly inputs: ReadonlyMap<string, Input>;

  /** Expressions by id. */
  readonly expressions: ReadonlyMap<string, string>;

  /** Id of the metric or expression that is compared. */
  readonly compared: string;

  /** Minutes of a data point. */
  readonly period: number;

  readonly comparison: string;
  readonly threshold: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: string;
}

/** Metrics that an expression of an alarm can use. */
const MOST_METRICS = 10;

/** Longest time that an alarm can look back, in minutes. */
const LONGEST_EVALUATION = 24 * 60;

type Properties = Readonly<Record<string, unknown>>;

/**
 * Reads the properties of an `AWS::CloudWatch::Alarm`, in which intrinsic functions are replaced by values.
 *
 * @throws Error for what AWS refuses: no or several compared metrics, an unknown id, different periods, more than 10 metrics. And for
 *   `EvaluateLowSampleCountPercentile`, which is not evaluated
 */
export function readAlarm(properties: Properties): MetricAlarm {
  const { AlarmName: name = '', EvaluationPeriods: evaluationPeriods } = properties as Record<string, string & number>;
  const queries = (properties.Metrics as Properties[] | undefined) ?? [simpleQuery(properties)];
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  const compared = returned[0]?.Id as string;
  const periods = new Set(queries.flatMap(({ MetricStat }) => (MetricStat as Properties | undefined)?.Period ?? []));
  const period = Number([...periods][0]) / 60;
  const inputs = new Map(queries.flatMap((query) => inputOf(query)));
  const expressions = new Map(
    queries.flatMap(({ Id, Expression }) => (Expression ? [[`${Id}`, `${Expression}`] as const] : [])),
  );
  require(!('EvaluateLowSampleCountPercentile' in properties), 'must not ignore few samples: this is not evaluated');
  require(returned.length === 1, 'must compare one metric or expression');
  require(periods.size === 1 && Number.isInteger(period), 'must have one period of whole minutes');
  require(inputs.size + expressions.size === queries.length, 'must have unique ids');
  require(inputs.size <= MOST_METRICS, `must use at most ${MOST_METRICS} metrics`);
  require(period * Number(evaluationPeriods) <= LONGEST_EVALUATION, 'must not look back for more than a day');
  for (const id of [...inputs.keys(), ...expressions.keys()]) {
    require(/^[a-z]\w*$/.test(id), `must have ids that begin with a lowercase letter: ${id}`);
  }
  for (const id of [...expressions.values()].flatMap((expression) => idsIn(parse(expression)))) {
    require(inputs.has(id) || expressions.has(id), `must not use the unknown id ${id}`);
  }
  return {
    name,
    description: `${properties.AlarmDescription}`,
    inputs,
    expressions,
    compared,
    period,
    comparison: `${properties.ComparisonOperator}`,
    threshold: Number(properties.Threshold),
    datapointsToAlarm: Number(properties.DatapointsToAlarm ?? evaluationPeriods),
    evaluationPeriods: Number(evaluationPeriods),
    missingData: `${properties.TreatMissingData ?? 'missing'}`,
  };

  function require(holds: boolean, rule: string): void {
    if (!holds) {
      throw new Error(`alarm ${name} ${rule}`);
    }
  }
}

/** The query that an alarm on one metric stands for. */
function simpleQuery(properties: Properties): Properties {
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic } = properties;
  return {
    Id: 'm1',
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic ?? ExtendedStatistic },
  };
}

function inputOf({ Id, MetricStat }: Properties): [string, Input][] {
  if (!MetricStat) {
    return [];
  }
  const { Metric: metric, Stat } = MetricStat as { Metric: Properties; Stat: string };
  const dimensions = (metric.Dimensions as { Name: string; Value: string }[] | undefined) ?? [];
  return [
    [
      `${Id}`,
      {
        statistic: Stat,
        metric: {
          namespace: `${metric.Namespace}`,
          name: `${metric.MetricName}`,
          dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
        },
      },
    ],
  ];
}

/** @returns a text by which a metric can be found: equal metrics have equal texts */
export function keyOf(metric: Metric): string {
  const known = keys.get(metric);
  if (known !== undefined) {
    return known;
  }
  const { namespace, name, dimensions } = metric;
  const pairs = Object.entries(dimensions).map(([dimension, value]) => `${dimension}=${value}`);
  const key = `${namespace} ${name} {${pairs.sort().join(', ')}}`;
  keys.set(metric, key);
  return key;
}

const keys = new WeakMap<Metric, string>();
