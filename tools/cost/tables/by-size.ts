import { markdown } from '../../scale/markdown';
import { count, wholeDollars } from '../../scale/words';
import { SIZES } from '../sizes';
import { VARIANTS } from '../variants';
import type { VariantBill } from './variant-bill';
import { RATES } from './rates';

/**
 * Table of what grows: USD of a month by connections and messages, for both entries. The first row has what each costs without
 * use, which the other rows do not contain.
 */
export function bySizeTable(billOf: VariantBill, gateway: 'none' | 'cloudFront'): string {
  const variants = VARIANTS.filter((variant) => variant.gateway === gateway);
  const entries = variants.map(({ entry }) => (entry === 'servers' ? 'servers' : 'API Gateway'));
  const floor = variants.map((variant) => {
    const { usd, growingUsd } = billOf(variant, { connections: 1, rate: 0, pingInterval: 0 });
    return wholeDollars(usd - growingUsd);
  });
  return markdown(
    [
      gateway === 'none' ? 'connections' : 'connections, with CloudFront',
      ...RATES.flatMap(([name]) => entries.map((entry) => `${name}: ${entry}`)),
    ],
    [
      ['without use', ...RATES.flatMap(() => floor)],
      ...SIZES.map((connections) => [
        `+ ${count(connections)}`,
        ...RATES.flatMap(([, rate]) =>
          variants.map((variant) => wholeDollars(billOf(variant, { connections, rate }).growingUsd)),
        ),
      ]),
    ],
  );
}
