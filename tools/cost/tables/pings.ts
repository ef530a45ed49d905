import { DEFAULTS } from '../../scale/load';
import { markdown } from '../../scale/markdown';
import { dollars } from '../../scale/words';
import type { Bill, Line } from '../bill';
import { API, SERVERS, type Variant } from '../variants';
import type { VariantBill } from './variant-bill';

/** Connections of both tables. They receive no messages. */
const CONNECTIONS = 10_000;

/**
 * Intervals of pings in seconds: the default, and the longest whole minutes that the client can lengthen by 20 % below the 10
 * minutes after which API Gateway closes an idle connection.
 */
const INTERVALS = [60, DEFAULTS.pingInterval, 480] as const;

function silent(billOf: VariantBill, variant: Variant, pingInterval: number): Bill {
  return billOf(variant, { connections: CONNECTIONS, rate: 0, pingInterval });
}

/** Table of what grows with silent connections, and what of it is for pings, by the interval of pings. */
export function pingIntervalTable(billOf: VariantBill): string {
  return markdown(
    ['`pingEvery`', 'API Gateway', 'of this, pings', 'servers', 'of this, pings'],
    INTERVALS.map((seconds) => [
      `${seconds} s${seconds === DEFAULTS.pingInterval ? ', the default' : ''}`,
      ...[API, SERVERS].flatMap((variant) => {
        const [bill, without] = [silent(billOf, variant, seconds), silent(billOf, variant, 0)];
        return [dollars(bill.growingUsd), dollars(bill.usd - without.usd)];
      }),
    ]),
  );
}

/** Table of what the pings of an API are made of: the lines that are lower without pings. */
export function pingLinesTable(billOf: VariantBill): string {
  const without = silent(billOf, API, 0).lines;
  const bill = silent(billOf, API, DEFAULTS.pingInterval);
  const differences = bill.lines
    .map((line): [string, number] => [line.what, line.usd - (without.find((other) => isSame(other, line))?.usd ?? 0)])
    .filter(([, usd]) => usd >= 0.005);
  const sum = differences.reduce((total, [, usd]) => total + usd, 0);
  return markdown(
    ['what a ping every 4 minutes adds to', 'USD a month'],
    [...differences.map(([what, usd]) => [what, dollars(usd)]), ['sum', dollars(sum)]],
  );
}

function isSame(one: Line, other: Line): boolean {
  return one.part === other.part && one.what === other.what;
}
