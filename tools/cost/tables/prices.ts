import { priceOf } from '../../prices/price';
import { markdown } from '../../scale/markdown';
import type { PriceName } from '../bill';
import { VARIANTS } from '../variants';
import type { VariantBill } from './variant-bill';

/** Table of the prices of AWS in the bills that no price list with a date confirms. Their age changes, so it is not in the table. */
export function pricesToCheckTable(billOf: VariantBill): string {
  const names = VARIANTS.flatMap((variant) =>
    billOf(variant, { connections: 1e4, rate: 1 / 60 }).lines.map(({ price }) => price),
  );
  const prices = unique(names)
    .map(({ service, usage }) => priceOf(service, usage))
    .filter(({ asOf, standing }) => asOf === null || standing !== 'documented');
  return markdown(
    ['price', 'as of', 'standing'],
    prices.map(({ service, usage, asOf, standing }) => [`${service}: ${usage}`, asOf ?? 'unknown', standing]),
  );
}

function unique(names: readonly PriceName[]): PriceName[] {
  return [...new Map(names.map((name) => [`${name.service}: ${name.usage}`, name])).values()];
}
