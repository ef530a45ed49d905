import { styleText } from 'node:util';
import { type Look, wrap } from '../cli';
import type { Finding, Verdict } from './check';
import type { Report } from './report';

const COLOURS = { kept: 'green', broken: 'red', unknown: 'yellow' } as const satisfies Record<Verdict, string>;

/** Narrower than this, the columns would break most words. */
const NARROWEST = 50;

const GAP = '  ';
const VERDICT_WIDTH = 'verdict'.length;

/**
 * The report for a person: promise, found, verdict, under a heading for each group, then what was not asked, and one line
 * that sums up.
 */
export function table({ stack, region, summary, findings, notAsked }: Report, look: Look): string {
  const width = Math.max(look.width, NARROWEST) - 3 * GAP.length - VERDICT_WIDTH;
  const widths = [Math.ceil(width / 2), Math.floor(width / 2)] as const;
  const groups = [...new Set(findings.map(({ group }) => group))];
  return [
    `${stack} in ${region}`,
    '',
    ...row('promise', 'found', 'verdict', widths),
    ...groups.flatMap((group) => [
      '',
      group,
      ...findings.filter((finding) => finding.group === group).flatMap((finding) => rowOf(finding, widths, look)),
    ]),
    ...(notAsked.length > 0 ? ['', 'Not asked', ...notAsked.flatMap((text) => indented(text, look))] : []),
    '',
    `${findings.length} promises: ${summary.kept} kept, ${summary.broken} broken, ${summary.unknown} unknown`,
    '',
  ].join('\n');
}

function indented(text: string, { width }: Look): string[] {
  return wrap(text, Math.max(width, NARROWEST) - GAP.length).map((line) => GAP + line);
}

type Widths = readonly [promise: number, found: number];

function rowOf({ promise, found, verdict }: Finding, widths: Widths, { colour }: Look): string[] {
  return row(
    promise,
    found,
    colour ? styleText(COLOURS[verdict], verdict, { validateStream: false }) : verdict,
    widths,
  );
}

function row(promise: string, found: string, verdict: string, widths: Widths): string[] {
  const left = wrap(promise, widths[0]);
  const right = wrap(found, widths[1]);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, line) => {
    const cells = [(left[line] ?? '').padEnd(widths[0]), (right[line] ?? '').padEnd(widths[1])];
    return (GAP + [...cells, line === 0 ? verdict : ''].join(GAP)).trimEnd();
  });
}
