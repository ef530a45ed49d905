import { type Markup, markup } from '../../markup';
import { count, percent } from '../../scale/words';
import { type Bill, type Part, PARTS } from '../bill';
import { PART_NAMES } from '../part-names';
import { money } from '../amounts';

/** One stacked bar for each bill: the shares of its parts, each bar as long as the others. With a legend. */
export function shares(bills: readonly Bill[]): Markup {
  const shown = PARTS.filter((part) => bills.some(({ parts }) => parts[part] > 0));
  return markup`<ul class="legend">${shown.map((part) => markup`<li><span class="swatch ${part}"></span>${PART_NAMES[part]}</li>`)}</ul>
<div class="rows">${bills.map((bill) => row(bill, shown))}
</div>`;
}

function row({ load, usd, parts }: Bill, shown: readonly Part[]): Markup {
  const name = `${count(load.connections)} connections`;
  let start = 0;
  const segments = shown.map((part) => {
    const width = usd > 0 ? (100 * parts[part]) / usd : 0;
    const from = start;
    start += width;
    const text = `${PART_NAMES[part]}: ${money(parts[part])}, ${percent(width / 100)}`;
    return (
      width > 0 &&
      markup`<rect class="${part}" x="${from.toFixed(2)}%" y="2" width="${width.toFixed(2)}%" height="18"><title>${text}</title></rect>`
    );
  });
  const label = shown.map((part) => `${PART_NAMES[part]} ${percent(usd > 0 ? parts[part] / usd : 0)}`).join(', ');
  return markup`
<div class="row"><span>${name}</span><svg height="22" role="img" aria-label="${name}: ${label}">${segments}</svg><span>${money(usd)}</span></div>`;
}
