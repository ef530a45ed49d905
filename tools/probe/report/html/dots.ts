import { median } from '../../../statistics';
import { milliseconds } from '../../../words';
import { type Markup, markup } from '../../../markup';
import { positionOf, ticksFor } from '../../../logarithmic-axis';
import type { Series } from './series';

/** One row for each kind of request, with a dot for each request, on a common logarithmic axis. */
export function dots(series: readonly Series[]): Markup {
  const ticks = ticksFor(series.flatMap(({ ms }) => ms));
  return markup`<div class="rows dots">${series.map((each) => row(each, ticks))}
<div class="row axis"><span></span><svg height="20" aria-hidden="true">${ticks.map((tick, index) => {
    const anchor = index === 0 ? 'start' : index === ticks.length - 1 ? 'end' : 'middle';
    const unit = index === 0 && ' ms';
    return markup`<text x="${positionOf(tick, ticks)}%" y="14" text-anchor="${anchor}">${tick.toLocaleString('en-US')}${unit}</text>`;
  })}</svg><span></span></div></div>`;
}

function row({ name, ms }: Series, ticks: readonly number[]): Markup {
  const middle = milliseconds(median(ms));
  const range = `${milliseconds(Math.min(...ms))} to ${milliseconds(Math.max(...ms))}`;
  const label = ms.length === 1 ? `${name}: ${middle}` : `${name}: ${ms.length} requests, ${range}, median ${middle}`;
  return markup`
<div class="row"><span>${name}</span><svg height="20" role="img" aria-label="${label}">${ticks.map(
    (tick) =>
      markup`<line class="tick" x1="${positionOf(tick, ticks)}%" x2="${positionOf(tick, ticks)}%" y1="0" y2="20"/>`,
  )}${ms.map((each) => markup`<circle cx="${positionOf(each, ticks)}%" cy="10" r="4"/>`)}</svg><span>${middle}</span></div>`;
}
