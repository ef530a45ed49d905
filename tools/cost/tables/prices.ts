import { priceOf } from '../../prices/price';
import { markdown } from '../../scale/markdown';
import { VARIANTS } from '../variants';
import type { VariantBill } from './variant-bill';

/** Table of the prices of AWS in the bills that no price list with a date confirms. Their age changes, so it is not in the table. */
export function pricesToCheckTable(billOf: VariantBill): string {
  const prices = VARIANTS.flatMap((variant) =>
    billOf(variant, { connections: 1e4, rate: 1 / 60 }).lines.map(({ price }) => priceOf(price.service, price.usage)),
  );
  return markdown(
    ['price', 'as of', 'standing'],
    [...new Set(prices)]
      .filter(({ asOf, standing }) => asOf === null || standing !== 'documented')
      .map(({ service, usage, asOf, standing }) => [`${service}: ${usage}`, asOf ?? 'unknown', standing]),
  );
}
