import type { Outcome, Query } from './query';

/** Result of comparing the answers with the expectation. */
export interface Evaluation {
  readonly passed: boolean;
  /**
   * True if AWS is still changing the resource, so that the check can pass later. Has no effect if the check passed.
   *
   * @default false
   */
  readonly pending?: boolean;
  /**
   * True if the answers do not show whether it is as expected. Has no effect if the check passed.
   *
   * @default false
   */
  readonly unknown?: boolean;
  /** Description of the actual state, to be read beside {@link Check.expected}. */
  readonly found: string;
}

/** Joins values as AWS spells them: `active, dualstack, not set`. */
export function facts(...values: (string | undefined)[]): string {
  return values.map((value) => value ?? 'not set').join(', ');
}

/** One expectation, the queries that it needs, and the pure function that evaluates their answers. */
export interface Check {
  /** One sentence that is true for a correct deployment. */
  readonly expected: string;
  readonly queries: readonly Query[];
  /** Takes the answers in the order of the queries. */
  readonly evaluate: (answers: readonly unknown[]) => Evaluation;
}

type Answers<Queries> = { [K in keyof Queries]: Queries[K] extends Query<infer Answer> ? Answer : never };

/** Creates a check whose `evaluate` has one typed argument for each query. */
export function check<const Queries extends readonly Query[]>(
  expected: string,
  queries: Queries,
  evaluate: (...answers: Answers<Queries>) => Evaluation,
): Check {
  return { expected, queries, evaluate: (answers) => evaluate(...(answers as Answers<Queries>)) };
}

/** Checks under one heading of the report: a lane, or a service that both lanes use. */
export interface Group {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** The queries of all checks, each once. */
export function queriesOf(groups: readonly Group[]): Set<Query> {
  return new Set(groups.flatMap(({ checks }) => checks.flatMap(({ queries }) => queries)));
}

/**
 * - `passed`: the resource is as expected
 * - `failed`: it differs, or it does not exist
 * - `unknown`: its state could not be read
 * - `pending`: AWS is still changing it
 */
export type Result = 'passed' | 'failed' | 'unknown' | 'pending';

/** Outcome of one check. */
export interface Finding {
  readonly group: string;
  readonly expected: string;
  /** Description of the actual state; for `unknown`, the reason why it could not be read. */
  readonly found: string;
  readonly result: Result;
}

/** Evaluates every check. Pure. A missing resource takes precedence over an unanswered query. */
export function findings(groups: readonly Group[], outcomes: ReadonlyMap<Query, Outcome>): Finding[] {
  return groups.flatMap(({ name, checks }) =>
    checks.map((one) => ({ group: name, expected: one.expected, ...evaluated(one, outcomes) })),
  );
}

function evaluated(
  { queries, evaluate }: Check,
  outcomes: ReadonlyMap<Query, Outcome>,
): Pick<Finding, 'found' | 'result'> {
  const answers: unknown[] = [];
  let unanswered: string | undefined;
  for (const query of queries) {
    const outcome = outcomes.get(query);
    if (outcome === undefined) {
      throw new Error(`The query for ${query.subject} did not run`);
    }
    if ('missing' in outcome) {
      return { found: outcome.missing, result: 'failed' };
    }
    if ('unanswered' in outcome) {
      unanswered ??= outcome.unanswered;
    } else {
      answers.push(outcome.answer);
    }
  }
  if (unanswered !== undefined) {
    return { found: unanswered, result: 'unknown' };
  }
  const { passed, pending = false, unknown = false, found } = evaluate(answers);
  return { found, result: passed ? 'passed' : unknown ? 'unknown' : pending ? 'pending' : 'failed' };
}
