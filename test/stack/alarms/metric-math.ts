import { type Expression, type Operator, parse } from './metric-math-syntax';

/** Data points of consecutive periods, oldest first; undefined where there is none. */
export type Series = readonly (number | undefined)[];

/**
 * Rules for missing data that AWS's documentation leaves open, or that others report differently. An alarm must work in each of
 * the {@link READINGS}.
 */
export interface Reading {
  /** Operand without a data point in a period in which the other operand has one. `zero` is documented. */
  readonly missingOperand: 'zero' | 'dropped';

  /** FILL of a series that has no data point in the whole range. The documentation does not name the case. */
  readonly fillOfNothing: 'filled' | 'nothing';

  /** Minutes by which data arrives late. */
  readonly lateMinutes: number;
}

/** Readings of the documentation by which each alarm is evaluated. */
export const READINGS: readonly Reading[] = [
  { missingOperand: 'zero', fillOfNothing: 'nothing', lateMinutes: 0 },
  { missingOperand: 'zero', fillOfNothing: 'filled', lateMinutes: 0 },
  { missingOperand: 'dropped', fillOfNothing: 'filled', lateMinutes: 0 },
  { missingOperand: 'zero', fillOfNothing: 'filled', lateMinutes: 1 },
];

/** Series that an expression can refer to. */
export interface Variables {
  readonly seriesOf: (id: string) => Series;

  /** Service quota of a metric. Throws for a metric without one. */
  readonly quotaOf: (id: string) => number;
}

type Value = number | Series | { readonly list: readonly Series[] };

/**
 * Evaluates an expression of metric math with the functions FILL, IF, SUM, MAX, MIN and SERVICE_QUOTA.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. A division by zero yields no data
 * point. SUM, MAX and MIN of one series are refused, because AWS advises against them in an alarm.
 *
 * @throws Error for what AWS refuses or this evaluator does not know
 */
export function evaluate(text: string, variables: Variables, reading: Reading): Series {
  const result = valueOf(parse(text));
  if (typeof result === 'number' || 'list' in result) {
    throw new Error(`the result must be one time series: ${text}`);
  }
  return result;

  function valueOf(expression: Expression): Value {
    switch (expression.type) {
      case 'number':
        return expression.value;
      case 'id':
        return variables.seriesOf(expression.id);
      case 'list':
        return { list: expression.items.map((item) => seriesOf(item)) };
      case 'negative':
        return binary('*', -1, scalarOrSeries(expression.of));
      case 'binary':
        return binary(expression.operator, scalarOrSeries(expression.left), scalarOrSeries(expression.right));
      case 'call':
        return call(expression.name, expression.args);
    }
  }

  function seriesOf(expression: Expression): Series {
    const value = valueOf(expression);
    if (typeof value === 'number' || 'list' in value) {
      throw new Error(`not a time series: ${JSON.stringify(expression)} in ${text}`);
    }
    return value;
  }

  function scalarOrSeries(expression: Expression): number | Series {
    const value = valueOf(expression);
    if (typeof value === 'object' && 'list' in value) {
      throw new Error(`a list is not supported here: ${JSON.stringify(expression)} in ${text}`);
    }
    return value;
  }

  function binary(operator: Operator, left: number | Series, right: number | Series): number | Series {
    if (typeof left === 'number' && typeof right === 'number') {
      return RESULTS[operator](left, right) ?? Number.NaN;
    }
    const length = typeof left === 'number' ? (right as Series).length : left.length;
    return Array.from({ length }, (_, period) => {
      const one = at(left, period);
      const other = at(right, period);
      const missing = [one, other].filter((value) => value === undefined).length;
      const both = typeof left !== 'number' && typeof right !== 'number';
      if (missing === 2 || (missing === 1 && !(both && reading.missingOperand === 'zero'))) {
        return undefined;
      }
      return RESULTS[operator](one ?? 0, other ?? 0);
    });
  }

  function call(name: string, args: readonly Expression[]): Value {
    const [first, second, third, ...others] = args;
    if (!first || others.length > 0) {
      throw new Error(`wrong number of arguments of ${name} in ${text}`);
    }
    if (name === 'FILL' && second && !third) {
      return filled(seriesOf(first), scalarOrSeries(second));
    }
    if (name === 'IF' && second) {
      return choice(seriesOf(first), scalarOrSeries(second), third && scalarOrSeries(third));
    }
    if (name === 'SERVICE_QUOTA' && first.type === 'id' && !second) {
      const quota = variables.quotaOf(first.id);
      return variables.seriesOf(first.id).map((value) => (value === undefined ? undefined : quota));
    }
    const combine = OF_LISTS[name];
    const list = combine && !second ? valueOf(first) : undefined;
    if (!combine || typeof list !== 'object' || !('list' in list)) {
      throw new Error(`not supported in an alarm: ${name} with ${args.length} arguments in ${text}`);
    }
    return Array.from({ length: list.list[0]?.length ?? 0 }, (_, period) => {
      const present = list.list.flatMap((series) => series[period] ?? []);
      return present.length === 0 ? undefined : combine(present);
    });
  }

  function filled(series: Series, filler: number | Series): Series {
    const empty = series.every((value) => value === undefined);
    return empty && reading.fillOfNothing === 'nothing'
      ? series
      : series.map((value, period) => value ?? at(filler, period));
  }
}

/** @returns for each period `chosen` if the condition is not 0, else `other`. A missing data point of `chosen` is 0, as documented. */
function choice(condition: Series, chosen: number | Series, other: number | Series | undefined): Series {
  return condition.map((value, period) => {
    if (value === undefined) {
      return undefined;
    }
    return value === 0 ? (other !== undefined ? at(other, period) : undefined) : (at(chosen, period) ?? 0);
  });
}

function at(value: number | Series, period: number): number | undefined {
  return typeof value === 'number' ? value : value[period];
}

const OF_LISTS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
};

const RESULTS: Readonly<Record<Operator, (left: number, right: number) => number | undefined>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? undefined : left / right),
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};
