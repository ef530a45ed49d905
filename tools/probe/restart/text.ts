import type { Look } from '../../cli';
import { milliseconds } from '../../words';
import { text as reportText } from '../report/text';
import { usualOf } from './costs';
import type { RestartReport } from './report';
import type { Restart, SocketUse } from './restarts';

const COLUMNS = ['Restart', 'First', 'Second', 'New connection', 'Handshake', 'Pong', 'Frame answered'] as const;

/** Renders the report as text: as of the other command, and a table of the three restarts. */
export function text(report: RestartReport, look: Look): string {
  return `${reportText(report, look)}\n${table(report.restarts).join('\n')}\n`;
}

function table(restarts: readonly Restart[]): string[] {
  const rows = restarts.map((restart, index) => {
    const { order, requests, socket } = restart;
    return [
      `${index + 1}. ${order}`,
      ...[requests.first.ms, requests.second.ms, usualOf(requests)].map(milliseconds),
      ...(socket ? socketCells(socket) : []),
    ];
  });
  const columns = Math.max(...rows.map(({ length }) => length));
  const lines = [COLUMNS.slice(0, columns), ...rows];
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function socketCells({ upgrade, pong, answer }: SocketUse): string[] {
  return [upgrade, pong, answer].map((ms) => (ms === undefined ? '-' : milliseconds(ms)));
}
