import { median } from '../../../statistics';
import { milliseconds } from '../../../words';
import { type Markup, markup } from '../../../markup';
import { axisRow, positionOf, tickLines, ticksFor } from '../../../logarithmic-axis';
import type { Series } from './series';

/** One row for each kind of request, with a dot for each request, on a common logarithmic axis. */
export function dots(series: readonly Series[]): Markup {
  const ticks = ticksFor(series.flatMap(({ ms }) => ms));
  return markup`<div class="rows dots">${series.map((each) => row(each, ticks))}
${axisRow(ticks, (tick, index) => `${tick.toLocaleString('en-US')}${index === 0 ? ' ms' : ''}`)}</div>`;
}

function row({ name, ms }: Series, ticks: readonly number[]): Markup {
  const middle = milliseconds(median(ms));
  const range = `${milliseconds(Math.min(...ms))} to ${milliseconds(Math.max(...ms))}`;
  const label = ms.length === 1 ? `${name}: ${middle}` : `${name}: ${ms.length} requests, ${range}, median ${middle}`;
  return markup`
<div class="row"><span>${name}</span><svg height="20" role="img" aria-label="${label}">${tickLines(ticks)}${ms.map((each) => markup`<circle cx="${positionOf(each, ticks)}%" cy="10" r="4"/>`)}</svg><span>${middle}</span></div>`;
}
