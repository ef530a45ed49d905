import type { CauseId } from '../../probe/diagnosis/cause';
import type { Report } from '../../probe/report/report';
import type { Verdict } from './case';

/** Differences between a report and the right verdict. All are empty if the report is right. */
export interface Judgment {
  /** Planted causes that are not named, and other required statements that are missing. */
  readonly missed: readonly string[];
  /** The first cause, if it is named and is not the right one. */
  readonly wrongFirst: readonly string[];
  /** Faults that are not planted. */
  readonly falseFaults: readonly string[];
}

/** Largest difference between planted and reported milliseconds. The load of the machine is in both. */
const TOLERANCE = 120;

/** Compares a report with the right verdict. */
export function judge(report: Report, expected: Verdict): Judgment {
  const { causes } = report;
  const [first] = causes;
  const named = (id: CauseId) => causes.some((cause) => cause.id === id);
  const required = expected.others ?? [];
  const allowed = new Set<CauseId>([...expected.first, ...required, ...(expected.allowed ?? [])]);
  const exitCode =
    expected.exitCode === undefined || report.exitCode === expected.exitCode
      ? []
      : [`exit code ${report.exitCode} instead of ${expected.exitCode}`];
  return {
    missed: [
      ...(expected.first.length === 0 || expected.first.some(named) ? [] : [expected.first.join(' or ')]),
      ...required.filter((id) => !named(id)),
      ...wrongTimes(report, expected),
      ...(expected.says === undefined || expected.says.test(textOf(report)) ? [] : [`says ${expected.says.source}`]),
      ...exitCode,
    ],
    wrongFirst: first === undefined || !first.fault || allowedFirst(first.id, expected) ? [] : [first.id],
    falseFaults: causes.filter(({ id, fault }) => fault && !allowed.has(id)).map(({ id }) => id),
  };
}

/** @returns true if the report is right */
export function isRight({ missed, wrongFirst, falseFaults }: Judgment): boolean {
  return missed.length + wrongFirst.length + falseFaults.length === 0;
}

/** Without a planted cause, a fault is false, and not one in the wrong place. */
function allowedFirst(id: CauseId, { first }: Verdict): boolean {
  return first.length === 0 || first.includes(id);
}

function wrongTimes({ causes }: Report, { adds = {} }: Verdict): string[] {
  return causes.flatMap(({ id, adds: reported }) => {
    const planted = adds[id];
    return planted === undefined || Math.abs(reported - planted) <= TOLERANCE
      ? []
      : [`${id} ${Math.round(reported)} ms instead of ${planted}`];
  });
}

function textOf({ answer, causes, undecided, notMeasured }: Report): string {
  return [
    answer,
    ...causes.flatMap(({ because, found, fix }) => [because, found, fix]),
    ...undecided.flatMap(({ question, reason, fix }) => [question, reason, fix]),
    ...notMeasured.flatMap(({ what, check }) => [what, check]),
  ].join('\n');
}
