import { leastWhole } from '../../scale/least';
import { markdown } from '../../scale/markdown';
import { count, wholeDollars } from '../../scale/words';
import { API, SERVERS } from '../variants';
import { RATES } from './rates';
import type { VariantBill } from './variant-bill';

/** Connections for which the table also has both bills. */
const SHOWN = [1000, 10_000] as const;

const MOST_CONNECTIONS = 1e6;

/** Table for the choice of an entry: the number of connections from which the whole bill is lower with servers, and some bills. */
export function breakEvenTable(billOf: VariantBill): string {
  return markdown(
    [
      'messages to each connection',
      'servers cost less from',
      ...SHOWN.flatMap((connections) => [`${count(connections)}: API Gateway`, `${count(connections)}: servers`]),
    ],
    RATES.map(([name, rate]) => {
      const least = cheaperFrom(billOf, rate);
      return [
        name,
        least === undefined ? 'never' : `${count(Number(least.toPrecision(2)))} connections`,
        ...SHOWN.flatMap((connections) =>
          [API, SERVERS].map((variant) => wholeDollars(billOf(variant, { connections, rate }).usd)),
        ),
      ];
    }),
  );
}

/** @returns the least number of connections for which the bill is lower with servers; undefined if it never is */
export function cheaperFrom(billOf: VariantBill, rate: number): number | undefined {
  const isCheaper = (connections: number) =>
    billOf(SERVERS, { connections, rate }).usd < billOf(API, { connections, rate }).usd;
  return leastWhole(1, MOST_CONNECTIONS, isCheaper);
}
