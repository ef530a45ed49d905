import { median, percentile } from '../../statistics';
import { milliseconds } from '../../words';
import { withoutFix } from '../diagnosis/cause';
import { compareRounds, type Comparison, meanOf } from '../diagnosis/load/compare';
import { nameOfHeld } from '../diagnosis/load/held-causes';
import { nameOfFrame } from '../diagnosis/load/impulse-causes';
import { judge } from '../diagnosis/load/impulse-verdict';
import type { Held, Impulse, Measurements, Storm } from '../measurements';

type Row = readonly [what: string, ms: string, details: string];

/** Lines of a table of the requests beside sockets and silent connections. Empty if there were none. */
export function loadTable({ impulses, held, storm }: Measurements): string[] {
  const rows: Row[] = [
    ...impulses.flatMap(impulseRows),
    ...held.map(heldRow),
    ...(storm && storm.rounds.length > 0 ? stormRows(storm) : []),
  ];
  if (rows.length === 0) {
    return [];
  }
  const all: Row[] = [['requests', 'median', ''], ...rows];
  const [first, second] = [0, 1].map((column) => Math.max(...all.map((row) => row[column as 0 | 1].length)));
  return all.map(([what, ms, details]) =>
    `${what.padEnd(first ?? 0)}  ${ms.padStart(second ?? 0)}  ${details}`.trimEnd(),
  );
}

function impulseRows(impulse: Impulse): Row[] {
  const { kind, quiet, after, sent, answered, dropped } = impulse;
  const what = kind === 'handshake' ? 'a handshake began' : `the frame ${nameOfFrame(impulse)}`;
  const { adds } = judge(impulse);
  const notes = [
    ...(kind === 'frame' ? [`${answered} of ${sent} frames answered`] : []),
    ...(dropped === undefined ? [] : [`stopped: ${withoutFix(dropped)}`]),
  ].join(', ');
  return [
    ...(quiet.length > 0 ? [[`alone, between those after ${what}`, time(median(quiet)), notes] as const] : []),
    ...after
      .filter(({ ms }) => ms.length > 0)
      .map(({ offset, ms }, index): Row => {
        const by = adds[index]?.by;
        return [`${offset} ms after ${what}`, time(median(ms)), by ? `adds ${interval(by.low, by.high)}` : ''];
      }),
  ];
}

function heldRow(held: Held): Row {
  const { ms, opened, requested, dropped, stalled } = held;
  const notes = [
    ...(stalled > 0 ? [`${stalled} of ${ms.length} waited until the probe closed them`] : []),
    ...(opened < requested ? [`${opened} opened`] : []),
    ...(dropped > 0 ? [`${dropped} closed by the server`] : []),
  ];
  return [`beside ${nameOfHeld(held)}`, time(median(ms)), notes.join(', ')];
}

function stormRows({ sockets, rounds, frames }: Storm): Row[] {
  const { mean, p90 } = compareRounds(rounds);
  const [idle, loaded] = [rounds.flatMap((round) => round.idle), rounds.flatMap((round) => round.loaded)];
  const beside = `${sockets.opened} WebSocket${sockets.opened === 1 ? '' : 's'}`;
  const spread = (ms: readonly number[]) => `mean ${time(meanOf(ms))}, 90 % within ${time(percentile(ms, 0.9))}`;
  return [
    [`beside ${beside}, silent`, time(median(idle)), spread(idle)],
    [
      `beside ${beside}, busy`,
      time(median(loaded)),
      `${spread(loaded)}, ${frames.sent} frames sent, ${frames.received} received`,
    ],
    ['  difference in the mean', '', difference(mean)],
    ['  difference in the 90th percentile', '', difference(p90)],
  ];
}

function difference({ ratio, difference: { low, high } }: Comparison): string {
  return `${interval(low, high)}, ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)} times`;
}

function interval(low: number, high: number): string {
  return Number.isFinite(low) && Number.isFinite(high) ? `${low.toFixed(1)} to ${high.toFixed(1)} ms` : 'unknown';
}

function time(ms: number): string {
  return Number.isNaN(ms) ? '' : milliseconds(ms);
}
