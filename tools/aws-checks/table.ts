import { styleText } from 'node:util';
import { type Look, wrap } from '../cli';
import type { Finding, Result } from './check';
import type { Report } from './report';

const COLORS = {
  passed: 'green',
  failed: 'red',
  unknown: 'yellow',
  pending: 'cyan',
} as const satisfies Record<Result, string>;

/** Minimum width in columns. In a narrower table, most words would be broken. */
const NARROWEST = 50;

const GAP = '  ';
const RESULT_WIDTH = 'unknown'.length;

/** Renders the report as text: a table under a heading for each group, a list of what was not checked, and a summary line. */
export function table({ stack, region, summary, findings, notChecked }: Report, look: Look): string {
  const width = Math.max(look.width, NARROWEST) - 3 * GAP.length - RESULT_WIDTH;
  const widths = [Math.ceil(width / 2), Math.floor(width / 2)] as const;
  const groups = [...new Set(findings.map(({ group }) => group))];
  return [
    `${stack} in ${region}`,
    '',
    ...row('expected', 'found', 'result', widths),
    ...groups.flatMap((group) => [
      '',
      group,
      ...findings.filter((finding) => finding.group === group).flatMap((finding) => rowOf(finding, widths, look)),
    ]),
    ...(notChecked.length > 0 ? ['', 'Not checked', ...notChecked.flatMap((text) => indented(text, look))] : []),
    '',
    `${findings.length} checks: ${counts(summary)}`,
    '',
  ].join('\n');
}

/** `{ passed: 2, failed: 1 }` → `2 passed, 1 failed` */
function counts(summary: Report['summary']): string {
  return Object.entries(summary)
    .map(([result, count]) => `${count} ${result}`)
    .join(', ');
}

function indented(text: string, { width }: Look): string[] {
  return wrap(text, Math.max(width, NARROWEST) - GAP.length).map((line) => GAP + line);
}

type Widths = readonly [expected: number, found: number];

function rowOf({ expected, found, result }: Finding, widths: Widths, { color }: Look): string[] {
  return row(expected, found, color ? styleText(COLORS[result], result, { validateStream: false }) : result, widths);
}

function row(expected: string, found: string, result: string, widths: Widths): string[] {
  const left = wrap(expected, widths[0]);
  const right = wrap(found, widths[1]);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, line) => {
    const cells = [(left[line] ?? '').padEnd(widths[0]), (right[line] ?? '').padEnd(widths[1])];
    return (GAP + [...cells, line === 0 ? result : ''].join(GAP)).trimEnd();
  });
}
