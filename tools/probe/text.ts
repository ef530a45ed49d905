import { styleText } from 'node:util';
import { type Look, wrap } from '../cli';
import { percentile } from '../statistics';
import { type Cause, milliseconds } from './causes/cause';
import type { Pass } from './measurements';
import type { Phase } from './model';
import type { Report } from './report';
import { waterfall } from './waterfall';

type Style = Parameters<typeof styleText>[0];

/** Minimum columns. In narrower text, most words would be broken. */
const NARROWEST = 60;

/** Maximum columns, because longer lines are hard to read. */
const WIDEST = 110;

const PHASE_COLORS: Readonly<Record<Phase['name'], Style>> = {
  DNS: 'cyan',
  'IPv6 fallback': 'red',
  TCP: 'yellow',
  TLS: 'magenta',
  preflight: 'blue',
  'cold start': 'red',
  reopening: 'red',
  server: 'green',
};

/** Renders the report as text. */
export function text(report: Report, look: Look): string {
  const { http, path, origin, page, verdict, causes } = report;
  const width = Math.min(WIDEST, Math.max(NARROWEST, look.width));
  const style = (how: Style, what: string) => (look.color ? styleText(how, what, { validateStream: false }) : what);
  return [
    `Page origin: ${origin ?? 'none (pass --origin to set one)'}, request URL: ${new URL(path, http).href}`,
    ...(page.first.length > 0 ? ['', ...waterfall(page, width, (bar, name) => style(PHASE_COLORS[name], bar))] : []),
    ...facts(report),
    ...passTable(report.measurements.passes),
    ...(causes.length > 0 ? ['', 'causes: faults first, then network latency, each sorted by added time'] : []),
    ...causes.flatMap((cause, index) => causeLines(cause, index, width, style)),
    '',
    style(verdict.exitCode === 0 ? 'green' : 'red', verdict.summary),
    '',
  ].join('\n');
}

function facts({ firstOverSecond, loadedOverIdle, handshake, measurements: { tls, runs } }: Report): string[] {
  const errorStatus = runs.find(({ first }) => first.status >= 400)?.first.status;
  return [
    ...(errorStatus === undefined
      ? []
      : [`The API answered ${errorStatus}, so these are times of an error response. Fix: check --path and --token.`]),
    ...(firstOverSecond === undefined ? [] : [`first ÷ second request  ${firstOverSecond.toFixed(1)}`]),
    ...(loadedOverIdle === undefined ? [] : [`under load ÷ without sockets  ${loadedOverIdle.toFixed(1)} (p95)`]),
    ...(handshake === undefined ? [] : [`WebSocket opens in  ${milliseconds(handshake)}`]),
    ...(tls === undefined
      ? []
      : [
          `${tls.protocol}, sessions ${tls.resumes ? '' : 'not '}resumed, certificate for ${tls.names} until ${tls.expires}`,
        ]),
  ];
}

const PASS_NAMES: Readonly<Record<Pass['name'], string>> = {
  idle: 'no sockets',
  open: 'one socket',
  silent: 'silent sockets',
  storm: 'storm',
};

function passTable(passes: readonly Pass[]): string[] {
  if (passes.length === 0) {
    return [];
  }
  const row = (name: string, ...cells: string[]) =>
    `  ${name.padEnd(16)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  return [
    '',
    'requests, each on a new connection',
    row('', 'sockets', 'sent', 'received', 'p50', 'p95', 'failed'),
    ...passes.map(({ name, sockets, frames, ms, failures }) =>
      row(
        PASS_NAMES[name],
        sockets.opened === sockets.requested ? `${sockets.opened}` : `${sockets.opened}/${sockets.requested}`,
        `${frames.sent}`,
        `${frames.received}`,
        ...[0.5, 0.95].map((p) => (ms.length > 0 ? milliseconds(percentile(ms, p)) : '-')),
        `${failures.length}`,
      ),
    ),
  ];
}

function causeLines(
  { id, adds, to, share, fault, found, fix }: Cause,
  index: number,
  width: number,
  style: (how: Style, what: string) => string,
): string[] {
  const part = share > 0 ? `, ${Math.round(share * 100)} %` : '';
  const indent = (lines: string[]) => lines.map((line) => `     ${line}`);
  return [
    `${`${index + 1}.`.padStart(4)} ${style(fault ? 'red' : 'yellow', `${id} (${fault ? 'fault' : 'latency'})`)}  ${milliseconds(adds)} of a ${to}${part}`,
    ...indent(wrap(found, width - 5)),
    ...indent(wrap(`Fix: ${fix}`, width - 5)),
  ];
}
