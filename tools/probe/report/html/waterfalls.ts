import { milliseconds } from '../../../words';
import { total } from '../../diagnosis/waterfall';
import type { Phase, Waterfall } from '../report';
import { type Markup, markup } from '../../../markup';

/** Phases of the first and of the second request as bars, with a common linear scale. */
export function waterfalls({ first, second }: Waterfall): Markup {
  const longest = Math.max(total(first), total(second));
  return markup`${waterfall('First request', first, longest)}${waterfall('Second request', second, longest)}`;
}

function waterfall(name: string, phases: readonly Phase[], longest: number): Markup {
  if (phases.length === 0) {
    return markup`<h3>${name}: not measured</h3>`;
  }
  let elapsed = 0;
  return markup`<h3>${name}: ${milliseconds(total(phases))}</h3>
<div class="rows bars">${phases.map((phase) => {
    const start = elapsed;
    elapsed += phase.ms;
    return bar(phase, start / longest, phase.ms / longest);
  })}
</div>`;
}

/** @param start of the bar, and its width, as parts of the scale from 0 to 1 */
function bar({ name, ms }: Phase, start: number, width: number): Markup {
  // A bar of no visible width would look like a phase that is missing.
  const visible = Math.max(0.4, 100 * width);
  return markup`
<div class="row"><span>${name}</span><svg height="20" role="img" aria-label="${name}: ${milliseconds(ms)}"><line class="tick" x1="0" x2="100%" y1="10" y2="10"/><rect class="${name.replaceAll(' ', '-')}" x="${percent(Math.min(100 * start, 99.6))}" y="3" width="${percent(visible)}" height="14"/></svg><span>${milliseconds(ms)}</span></div>`;
}

function percent(value: number): string {
  return `${value.toFixed(1)}%`;
}
