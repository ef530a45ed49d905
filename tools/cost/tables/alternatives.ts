import { DEFAULTS } from '../../scale/load';
import { markdown } from '../../scale/markdown';
import { count, wholeDollars } from '../../scale/words';
import { type Alternative, alternatives } from '../alternatives';
import { comparableUsd } from '../comparable';
import { SIZES } from '../sizes';
import { VARIANTS } from '../variants';
import type { VariantBill } from './variant-bill';

/** Cell of a service without a price for this size. */
const NO_PRICE = '–';

/**
 * Table of the same messages on managed services, by connections on one topic. The rows of this product have the whole bill of a
 * stage without transfer to clients, because the other rows do not contain it.
 */
export function alternativesTable(billOf: VariantBill, rate: number, title: string): string {
  const columns = SIZES.map((connections) => alternatives({ connections, topics: 1, rate, bytes: DEFAULTS.bytes }));
  const services = columns[0] ?? [];
  return markdown(
    [title, ...SIZES.map(count)],
    [
      ...VARIANTS.filter(({ gateway }) => gateway === 'none').map((variant) => [
        `Twinlane, ${variant.name}`,
        ...SIZES.map((connections) => wholeDollars(comparableUsd(billOf(variant, { connections, rate })))),
      ]),
      ...services.map(({ service }, row) => [service, ...columns.map((column) => cell(column[row]))]),
    ],
  );
}

function cell(alternative: Alternative | undefined): string {
  return alternative?.usd === undefined ? NO_PRICE : wholeDollars(alternative.usd);
}

/** Table of what each price of a managed service is, its date, and its standing. */
export function alternativePricesTable(): string {
  const all = SIZES.flatMap((connections) => alternatives({ connections, topics: 1, rate: 0, bytes: DEFAULTS.bytes }));
  const prices = [...new Set(all.flatMap((each) => each.prices))];
  return markdown(
    ['service', 'price', 'USD', 'as of', 'standing'],
    prices
      .map(({ service, usage, unit, usd, asOf, standing }) => [
        service,
        `${usage}, for each ${unit}`,
        `${usd < 0.01 ? `${Number((usd * 1e6).toPrecision(6))} a million` : usd}`,
        asOf ?? 'unknown',
        standing,
      ])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : one > other ? 1 : 0)),
  );
}
