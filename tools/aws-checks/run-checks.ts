import { CommandError, lookOf, progressLine, type Terminal } from '../cli';
import { findings, type Group, queriesOf } from './check';
import { isAwsQuery, type Outcome, type Query } from './query';
import { exitCode, report, type Report } from './report';
import { runQueries } from './run-queries';
import { table } from './table';

/** Checks to run, and the stack that the report names. */
export interface Checks extends Pick<Report, 'stack' | 'region' | 'notChecked'> {
  readonly groups: readonly Group[];
}

/** Runs the checks and prints the report. Resolves to the exit code (see {@link exitCode}). */
export async function runChecks(
  { groups, notChecked, ...subject }: Checks,
  print: 'table' | 'json',
  { stdout, stderr }: Terminal,
  now: Date,
): Promise<number> {
  const queries = queriesOf(groups);
  const line = progressLine(stderr);
  const outcomes = await runQueries(queries, (finished) => line.show(`${finished} of ${queries.size} calls finished`));
  line.clear();
  throwIfAwsAnsweredNothing(outcomes);
  const result = report(subject, now, findings(groups, outcomes), notChecked);
  stdout.write(print === 'json' ? json(result) : table(result, lookOf(stdout)));
  return exitCode(result);
}

/** Throws if all AWS calls failed for the same reason, such as missing credentials. One error replaces a table of `unknown`. */
function throwIfAwsAnsweredNothing(outcomes: ReadonlyMap<Query, Outcome>): void {
  const ofAws = [...outcomes].filter(([query]) => isAwsQuery(query));
  const [reason, ...others] = new Set(
    ofAws.map(([, outcome]) => ('unanswered' in outcome ? outcome.unanswered : undefined)),
  );
  if (reason !== undefined && others.length === 0) {
    throw new CommandError(`Nothing could be checked: ${reason}`);
  }
}

/** Formats a value for a program that reads the output. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
