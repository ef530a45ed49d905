import { type Markup, markup } from './markup';

/** Ticks of a logarithmic axis: the powers of ten from below the smallest value, at least 0.1 and at most 1, to above the largest. */
export function ticksFor(values: readonly number[]): number[] {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.max(0.1, Math.min(...positive, 1))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 1))));
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
}

/** Position of a value on the axis, in percent. Values below the first tick are at its start. */
export function positionOf(value: number, ticks: readonly number[]): number {
  const [low = 1] = ticks;
  const high = ticks[ticks.length - 1] ?? 1;
  const position = (100 * Math.log10(Math.max(value, low) / low)) / Math.log10(high / low);
  return Math.round(Math.min(100, position) * 10) / 10;
}

/** Lines of the ticks in a drawing of 20 pixels. */
export function tickLines(ticks: readonly number[]): Markup {
  return markup`${ticks.map((tick) => {
    const x = positionOf(tick, ticks);
    return markup`<line class="tick" x1="${x}%" x2="${x}%" y1="0" y2="20"/>`;
  })}`;
}

/** Row with the labels of the ticks, below the drawings. */
export function axisRow(ticks: readonly number[], labelOf: (tick: number, index: number) => string): Markup {
  return markup`<div class="row axis"><span></span><svg height="20" aria-hidden="true">${ticks.map((tick, index) => {
    const anchor = index === 0 ? 'start' : index === ticks.length - 1 ? 'end' : 'middle';
    return markup`<text x="${positionOf(tick, ticks)}%" y="14" text-anchor="${anchor}">${labelOf(tick, index)}</text>`;
  })}</svg><span></span></div>`;
}
