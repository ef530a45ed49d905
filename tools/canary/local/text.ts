import { styleText } from 'node:util';
import {
  type CanaryReport,
  type CanaryTarget,
  CHECK_NAMES,
  CHECKS,
  type CheckResult,
  MEASUREMENTS,
  type MeasurementName,
} from '../../../lambda/canary/canary';
import { type Look, wrap } from '../../cli';
import { milliseconds } from '../../words';
import { verdict } from './verdict';

const MARKS: Readonly<
  Record<CheckResult['outcome'], { mark: string; words: string; color: 'green' | 'red' | 'yellow' }>
> = {
  passed: { mark: '✓', words: 'passed', color: 'green' },
  failed: { mark: '✗', words: 'failed', color: 'red' },
  notTried: { mark: '-', words: 'not tried', color: 'yellow' },
};

const MEASURED: Readonly<Record<MeasurementName, string>> = {
  firstRequest: 'first request on a new connection',
  secondRequest: 'second request on the same connection',
  firstRequestRatio: 'first ÷ second request',
  besideSocketsRatio: 'requests beside 5 sockets ÷ without sockets',
  publishToPush: 'publish over HTTP until the push arrives',
};

/** Columns of the mark, the outcome and the name of a check, with the spaces between them. */
const REASON_AT = 31;

/** Columns of the description of a measurement. */
const VALUE_AT = 46;

/** Minimum columns of a reason. In a narrower one, most URLs would be broken. */
const NARROWEST = 40;

/** Renders the report as text: a verdict, one line for each check with the reason of a failure, and the measurements. */
export function text(
  { httpUrl, webSocketUrl }: CanaryTarget,
  { checks, measurements }: CanaryReport,
  look: Look,
): string {
  const style = (how: Parameters<typeof styleText>[0], what: string) =>
    look.color ? styleText(how, what, { validateStream: false }) : what;
  const reasonWidth = Math.max(NARROWEST, look.width - REASON_AT);
  const lines = CHECKS.flatMap((name) => {
    const { mark, words, color } = MARKS[checks[name].outcome];
    const [first = '', ...others] = wrap(reasonOf(checks[name]), reasonWidth);
    const head = `  ${style(color, `${mark} ${words.padEnd(9)}`)}  ${CHECK_NAMES[name].padEnd(14)}`;
    return [
      first === '' ? head.trimEnd() : `${head}  ${first}`,
      ...others.map((line) => `${' '.repeat(REASON_AT)}${line}`),
    ];
  });
  const measured = Object.entries(MEASUREMENTS).flatMap(([name, unit]) => {
    const value = measurements[name as MeasurementName];
    const shown = value === undefined ? undefined : unit === 'Milliseconds' ? milliseconds(value) : value.toFixed(2);
    return shown === undefined ? [] : [`  ${MEASURED[name as MeasurementName].padEnd(VALUE_AT)}${shown.padStart(10)}`];
  });
  return [
    ...wrap(verdict(checks), look.width).map((line) => style('bold', line)),
    `${httpUrl} and ${webSocketUrl}`,
    '',
    ...lines,
    ...(measured.length > 0 ? ['', ...measured] : []),
    '',
  ].join('\n');
}

function reasonOf(result: CheckResult): string {
  switch (result.outcome) {
    case 'passed':
      return '';
    case 'failed':
      return result.reason;
    case 'notTried':
      return `because ${result.because}`;
  }
}
