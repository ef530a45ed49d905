import { type Markup, markup } from '../../markup';
import { count, dollars, percent } from '../../scale/words';
import type { Alternative } from '../alternatives';
import { type Bill, type Line, PARTS } from '../bill';
import { PART_NAMES } from '../part-names';
import { money, quantity } from '../amounts';
import { comparableUsd } from '../comparable';
import type { Footnotes } from '../footnotes';

/** Says on narrow screens that a table continues. */
const HINT = markup`<p class="soft hint">Scroll the table sideways for all columns.</p>`;

/** Table of the parts of several bills. The data of both charts. */
export function partsTable(bills: readonly Bill[]): Markup {
  const shown = PARTS.filter((part) => bills.some(({ parts }) => parts[part] > 0));
  return markup`${HINT}<div class="wide" tabindex="0"><table><caption>USD a month by part</caption>
<thead><tr><th scope="col">Part</th>${bills.map(({ load }) => markup`<th scope="col" class="number">${count(load.connections)}</th>`)}</tr></thead>
<tbody>${shown.map(
    (part) => markup`
<tr><th scope="row">${PART_NAMES[part]}</th>${bills.map(({ parts }) => markup`<td class="number">${money(parts[part])}</td>`)}</tr>`,
  )}
<tr class="sum"><th scope="row">Sum</th>${bills.map(({ usd }) => markup`<td class="number">${money(usd)}</td>`)}</tr>
<tr><th scope="row">Of this, without use</th>${bills.map(({ usd, growingUsd }) => markup`<td class="number">${money(usd - growingUsd)}</td>`)}</tr></tbody>
</table></div>`;
}

/** Table of all lines of a bill, by part, with a mark at each price to check. */
export function linesTable({ lines, parts, usd }: Bill, footnotes: Footnotes): Markup {
  return markup`${HINT}<div class="wide" tabindex="0"><table><caption>Lines of the bill</caption>
<thead><tr><th scope="col">What</th><th scope="col" class="number">Quantity a month</th><th scope="col">Unit</th><th scope="col" class="number">USD</th><th scope="col">Grows</th></tr></thead>
${PARTS.filter((part) => lines.some((line) => line.part === part)).map(
  (
    part,
  ) => markup`<tbody><tr class="part"><th scope="rowgroup" colspan="3"><span class="swatch ${part}"></span>${PART_NAMES[part]}</th><td class="number">${dollars(parts[part])}</td><td>${percent(usd > 0 ? parts[part] / usd : 0)}</td></tr>${lines
    .filter((line) => line.part === part)
    .map((line) => lineRow(line, footnotes))}
</tbody>`,
)}
<tfoot><tr class="sum"><th scope="row" colspan="3">Sum</th><td class="number">${dollars(usd)}</td><td></td></tr></tfoot>
</table></div>`;
}

function lineRow({ what, quantity: amount, unit, price, usd, grows }: Line, footnotes: Footnotes): Markup {
  return markup`
<tr><td>${what}${numbersOf([footnotes.numberOf(price)])}</td><td class="number">${quantity(amount)}</td><td>${unit}</td><td class="number">${dollars(usd)}</td><td>${grows ? 'yes' : 'no'}</td></tr>`;
}

/** Table of a stage and of managed services for the same messages. */
export function alternativesTable(bill: Bill, alternatives: readonly Alternative[], footnotes: Footnotes): Markup {
  return markup`${HINT}<div class="wide" tabindex="0"><table><caption>The same messages on managed services, at list prices</caption>
<thead><tr><th scope="col">Service</th><th scope="col" class="number">USD a month</th><th scope="col">Documented differences, assumptions</th></tr></thead>
<tbody>
<tr class="sum"><th scope="row">Twinlane, this stage</th><td class="number">${money(comparableUsd(bill))}</td><td>the whole bill, without data to clients and users of the user pool</td></tr>${alternatives.map(
    ({ service, usd, reason, known, prices }) => markup`
<tr><th scope="row">${service}${numbersOf(prices.map((price) => footnotes.numberOf(price)))}</th><td class="number">${usd === undefined ? reason : money(usd)}</td><td>${known}</td></tr>`,
  )}</tbody>
</table></div>`;
}

function numbersOf(numbers: readonly (number | undefined)[]): Markup {
  return markup`${numbers.map((number) => number !== undefined && markup` <sup><a href="#price-${number}" aria-label="price ${number} to check">${number}</a></sup>`)}`;
}
