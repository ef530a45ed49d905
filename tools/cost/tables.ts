import type { Stage } from './stage';
import { alternativePricesTable, alternativesTable } from './tables/alternatives';
import { breakEvenTable } from './tables/break-even';
import { bySizeTable } from './tables/by-size';
import { linesTable } from './tables/lines';
import { partsOfMillionTable } from './tables/parts';
import { pingIntervalTable, pingLinesTable } from './tables/pings';
import { pricesToCheckTable } from './tables/prices';
import { billsOf } from './tables/variant-bill';
import type { Variant } from './variants';

/** Tables of docs/cost.md, in Markdown. */
export function tables(stageOf: (variant: Variant) => Stage): string {
  const bills = billsOf(stageOf);
  return [
    breakEvenTable(bills),
    bySizeTable(bills, 'none'),
    bySizeTable(bills, 'cloudFront'),
    partsOfMillionTable(bills),
    pingIntervalTable(bills),
    pingLinesTable(bills),
    linesTable(bills),
    alternativesTable(bills, 1 / 60, 'one message a minute'),
    alternativesTable(bills, 1, 'one message a second'),
    alternativePricesTable(),
    pricesToCheckTable(bills),
  ].join('\n');
}
