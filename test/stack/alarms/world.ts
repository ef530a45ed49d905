import type { Data } from './alarm-state';
import { keyOf, type Metric } from './metric-alarm';
import type { Published } from './published';

/** Values of a metric that differ from normal traffic. */
export interface Change {
  /** `AWS/Lambda Errors`; a refusal with its reason: `Twinlane Refused internal`. */
  readonly metric: string;

  /** Resource that the metric is about, by its logical id. */
  readonly of: RegExp;

  /** Values in each minute. */
  readonly values: readonly number[];

  /** Minutes between two publications: no values in the others. @default 1 */
  readonly every?: number;
}

/** Data of a time in which something is different from normal traffic. */
export interface World {
  readonly published: readonly Published[];

  /** Differences during the trouble: `nothing` for no data of any metric. */
  readonly changes: readonly Change[] | 'nothing';

  /** Minutes of the trouble: from the first one to the one before `to`. */
  readonly from: number;
  readonly to: number;

  /** Quota of every metric that has one. */
  readonly quota: number;
}

/** @returns the data that the alarms of a template read. Before the trouble and after it, traffic is normal. @throws Error if a change matches no metric */
export function dataOf({ published, changes, from, to, quota }: World): Data {
  const metrics = indexOf(published);
  const changed = new Map<Published, Change>();
  for (const each of changes === 'nothing' ? [] : changes) {
    const matching = published.filter((one) => each.metric === nameOf(one) && each.of.test(one.owner));
    if (matching.length === 0) {
      throw new Error(`nothing publishes ${each.metric} of ${each.of}`);
    }
    // The same metric can have several owners: the functions of a lane publish it together.
    matching.forEach((one) => changed.set(found(one), each));
  }
  return {
    quotaOf: (metric) => {
      found(metric);
      if (metric.namespace !== 'AWS/Usage' && keyOf(metric) !== 'AWS/Lambda ConcurrentExecutions {}') {
        throw new Error(`no quota is known for ${keyOf(metric)}`);
      }
      return quota;
    },
    valuesOf: (metric) => {
      const known = found(metric);
      const { normal, every = 1 } = known;
      const { values: other, every: everyOther = 1 } = changed.get(known) ?? {
        values: changes === 'nothing' ? [] : normal,
      };
      return (minute) => {
        if (minute % every !== 0) {
          return [];
        }
        const isTrouble = minute >= from && minute < to;
        return isTrouble ? (minute % everyOther === 0 ? other : []) : normal;
      };
    },
  };

  function found(metric: Metric): Published {
    const known = metrics.get(keyOf(metric));
    if (!known) {
      throw new Error(`nothing publishes the metric ${keyOf(metric)}`);
    }
    return known;
  }
}

/** @returns the name by which a change finds a metric */
export function nameOf({ namespace, name, dimensions }: Metric): string {
  return [namespace, name, ...(dimensions.Reason === undefined ? [] : [dimensions.Reason])].join(' ');
}

function indexOf(published: readonly Published[]): ReadonlyMap<string, Published> {
  const known = indexes.get(published) ?? new Map(published.map((metric) => [keyOf(metric), metric]));
  indexes.set(published, known);
  return known;
}

/** Metrics by key: the same list is used for many scenarios. */
const indexes = new WeakMap<readonly Published[], ReadonlyMap<string, Published>>();
