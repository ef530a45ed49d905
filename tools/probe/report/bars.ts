import { milliseconds } from '../../words';
import { total } from '../diagnosis/waterfall';
import type { Phase, Waterfall } from './report';

/** Minimum width of the bars, in columns. */
const NARROWEST = 20;

const NAME_WIDTH = 'other address family'.length;
const TIME_WIDTH = '10,000 ms'.length;

/**
 * Draws the phases of both requests as bars with a common scale.
 *
 * @param width total columns
 * @param paint colors a bar by its phase
 */
export function bars(
  { first, second }: Waterfall,
  width: number,
  paint: (bar: string, phase: Phase['name']) => string,
): string[] {
  // A phase that is shorter than a column has one, too.
  const room = Math.max(NARROWEST, width - NAME_WIDTH - TIME_WIDTH - 7);
  const scale = room / Math.max(total(first), total(second));
  return [
    `First request: ${milliseconds(total(first))}`,
    ...phaseBars(first, scale, paint),
    `Second request: ${milliseconds(total(second))}`,
    ...phaseBars(second, scale, paint),
  ];
}

function phaseBars(
  phases: readonly Phase[],
  scale: number,
  paint: (bar: string, phase: Phase['name']) => string,
): string[] {
  let elapsed = 0;
  return phases.map(({ name, ms }) => {
    const from = Math.round(elapsed * scale);
    elapsed += ms;
    const bar = '█'.repeat(Math.round(elapsed * scale) - from) || '▏';
    return `  ${name.padEnd(NAME_WIDTH)}  ${milliseconds(ms).padStart(TIME_WIDTH)}  ${' '.repeat(from)}${paint(bar, name)}`;
  });
}
