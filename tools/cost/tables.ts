import { DEFAULTS } from '../scale/load';
import { billOf } from './bill-of';
import type { UserLoad } from './load-of';
import type { Stage } from './stage';
import { alternativePricesTable, alternativesTable } from './tables/alternatives';
import type { VariantBill } from './tables/variant-bill';
import { breakEvenTable } from './tables/break-even';
import { bySizeTable } from './tables/by-size';
import { linesTable } from './tables/lines';
import { partsOfMillionTable } from './tables/parts';
import { pingIntervalTable, pingLinesTable } from './tables/pings';
import { pricesToCheckTable } from './tables/prices';
import type { Variant } from './variants';

/** Load of the tables, which change its connections, messages and pings. One request a second besides publishes, and no user pool. */
const LOAD: UserLoad = {
  connections: DEFAULTS.connections,
  topics: 1,
  rate: DEFAULTS.rate,
  bytes: DEFAULTS.bytes,
  pingInterval: DEFAULTS.pingInterval,
  httpRequestsPerSecond: 1,
  users: 0,
};

/** Day of the age of prices. No table contains it, so it never changes one. */
const TODAY = new Date(0);

/** @returns the bill of a variant of a stage for the load of the tables with changes, without free amounts */
export function billsOf(stageOf: (variant: Variant) => Stage): VariantBill {
  return (variant, changes) => billOf(stageOf(variant), { ...LOAD, ...changes }, { freeTier: false, today: TODAY });
}

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
