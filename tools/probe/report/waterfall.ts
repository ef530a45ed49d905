import { milliseconds } from './causes/cause';
import { type PageModel, type Phase, total } from './model';

/** Minimum width of the bars, in columns. */
const NARROWEST = 20;

const NAME_WIDTH = 'IPv6 fallback'.length;
const TIME_WIDTH = '9999 ms'.length;

/**
 * Draws the phases of both requests as bars with a common scale.
 *
 * @param width total columns
 * @param paint colors a bar by its phase
 */
export function waterfall(
  { first, second }: PageModel,
  width: number,
  paint: (bar: string, phase: Phase['name']) => string,
): string[] {
  const room = Math.max(NARROWEST, width - NAME_WIDTH - TIME_WIDTH - 6);
  const scale = room / Math.max(total(first), total(second));
  return [
    `first request  ${milliseconds(total(first))}`,
    ...bars(first, scale, paint),
    `second request  ${milliseconds(total(second))}`,
    ...bars(second, scale, paint),
  ];
}

function bars(phases: readonly Phase[], scale: number, paint: (bar: string, phase: Phase['name']) => string): string[] {
  let elapsed = 0;
  return phases.map(({ name, ms }) => {
    const from = Math.round(elapsed * scale);
    elapsed += ms;
    const bar = '█'.repeat(Math.round(elapsed * scale) - from) || '▏';
    return `  ${name.padEnd(NAME_WIDTH)}  ${milliseconds(ms).padStart(TIME_WIDTH)}  ${' '.repeat(from)}${paint(bar, name)}`;
  });
}
