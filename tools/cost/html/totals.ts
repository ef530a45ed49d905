import { axisRow, positionOf, tickLines, ticksFor } from '../../logarithmic-axis';
import { type Markup, markup } from '../../markup';
import { count } from '../../scale/words';
import type { Bill } from '../bill';
import { money, shortMoney } from '../amounts';

/** One row for each bill on a common logarithmic axis: from what it costs without use to its sum. */
export function totals(bills: readonly Bill[]): Markup {
  const ticks = ticksFor(bills.map(({ usd }) => usd));
  return markup`<div class="rows">${bills.map((bill) => row(bill, ticks))}
${axisRow(ticks, shortMoney)}</div>`;
}

function row({ load, usd, growingUsd }: Bill, ticks: readonly number[]): Markup {
  const name = `${count(load.connections)} connections`;
  const [floor, sum] = [positionOf(usd - growingUsd, ticks), positionOf(usd, ticks)];
  return markup`
<div class="row"><span>${name}</span><svg height="20" role="img" aria-label="${name}: ${money(usd)}, of which ${money(usd - growingUsd)} without use">${tickLines(ticks)}<line class="growth" x1="${floor}%" x2="${sum}%" y1="10" y2="10"/><circle class="without-use" cx="${floor}%" cy="10" r="4"/><circle class="sum" cx="${sum}%" cy="10" r="5"/></svg><span>${money(usd)}</span></div>`;
}
