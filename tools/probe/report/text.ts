import { styleText } from 'node:util';
import { type Look, wrap } from '../../cli';
import { milliseconds } from '../../words';
import { type Cause, nameOfRequest } from '../diagnosis/cause';
import { nameOfSoftware } from '../diagnosis/framework-names';
import type { Phase, Report } from './report';
import { bars } from './bars';
import { loadTable } from './load-table';

type Style = Parameters<typeof styleText>[0];

/** Minimum columns. In narrower text, most words would be broken. */
const NARROWEST = 60;

/** Maximum columns, because longer lines are hard to read. */
const WIDEST = 110;

const PHASE_COLORS: Readonly<Record<Phase['name'], Style>> = {
  redirect: 'red',
  DNS: 'cyan',
  'other address family': 'red',
  TCP: 'yellow',
  TLS: 'magenta',
  preflight: 'blue',
  'cold process': 'red',
  'cold worker': 'red',
  'new connection': 'red',
  'new URL': 'red',
  reopening: 'red',
  server: 'green',
  body: 'green',
};

const ANSWER_COLORS: readonly Style[] = ['green', 'red', 'yellow'];

/** A report that does not need the numbers of one run: that of three restarts has others. */
type Printed = Omit<Report, 'measurements'> & Partial<Pick<Report, 'measurements'>>;

/** Renders the report as text: the answer, both requests, what to change, and what is not known. */
export function text(report: Printed, look: Look): string {
  const { answer, exitCode, causes, undecided, notMeasured, waterfall } = report;
  const width = Math.min(WIDEST, Math.max(NARROWEST, look.width));
  const style = (how: Style, what: string) => (look.color ? styleText(how, what, { validateStream: false }) : what);
  const paragraph = (line: string, indent = '') => wrap(line, width - indent.length).map((part) => `${indent}${part}`);
  const list = (title: string, items: readonly (readonly [string, string])[]) =>
    items.length === 0
      ? []
      : [
          '',
          style('bold', title),
          ...items.flatMap(([what, check]) => [...hanging(what, width), ...paragraph(check, '    ')]),
        ];
  const table = report.measurements ? loadTable(report.measurements) : [];
  return [
    ...paragraph(answer).map((line) => style(['bold', ANSWER_COLORS[exitCode] ?? 'red'] as Style, line)),
    '',
    ...paragraph(subject(report)),
    ...(waterfall.first.length > 0
      ? ['', ...bars(waterfall, width, (bar, name) => style(PHASE_COLORS[name], bar))]
      : []),
    ...table.map((line, index) => (index === 0 ? `\n${line}` : line)),
    ...(causes.length > 0 ? ['', style('bold', 'Causes')] : []),
    ...causes.flatMap((cause, index) => causeLines(cause, index, width, style)),
    ...list(
      'Cannot tell',
      undecided.map(({ question, reason, fix }) => [`${question}: ${reason}.`, `Fix: ${fix}`]),
    ),
    ...list(
      'Not measured',
      notMeasured.map(({ what, check }) => [`${what}.`, check]),
    ),
    '',
  ].join('\n');
}

function subject({ request, websocket, framework }: Printed): string {
  const software = nameOfSoftware(framework);
  return [
    `${request.method} ${request.url}${request.origin ? ` from ${request.origin}` : ''}`,
    ...(websocket ? [`WebSocket ${websocket}`] : []),
    ...(software ? [`answered by ${software}`] : []),
  ].join(', ');
}

function hanging(line: string, width: number): string[] {
  return wrap(line, width - 4).map((part, index) => `${index === 0 ? '  - ' : '    '}${part}`);
}

function causeLines(
  { id, adds, to, fault, found, fix }: Cause,
  index: number,
  width: number,
  style: (how: Style, what: string) => string,
): string[] {
  const indent = (lines: string[]) => lines.map((line) => `     ${line}`);
  return [
    `${`${index + 1}.`.padStart(4)} ${style(fault ? 'red' : 'yellow', `${id} (${fault ? 'fault' : 'latency'})`)}  ${milliseconds(adds)} of ${nameOfRequest(to)}`,
    ...indent(wrap(found, width - 5)),
    ...(fix ? indent(wrap(`Fix: ${fix}`, width - 5)) : []),
  ];
}
