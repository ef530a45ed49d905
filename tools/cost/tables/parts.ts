import { markdown } from '../../scale/markdown';
import { wholeDollars } from '../../scale/words';
import { PARTS } from '../bill';
import { PART_NAMES } from '../part-names';
import { VARIANTS } from '../variants';
import type { VariantBill } from './variant-bill';

/** Table of the parts of a bill for each variant: a million connections that receive one message a minute. */
export function partsOfMillionTable(billOf: VariantBill): string {
  const bills = VARIANTS.map((variant) => billOf(variant, { connections: 1e6, rate: 1 / 60 }));
  return markdown(
    ['1,000,000 connections, one message a minute', ...VARIANTS.map(({ name }) => name)],
    [
      ...PARTS.filter((part) => bills.some(({ parts }) => parts[part] > 0)).map((part) => [
        PART_NAMES[part],
        ...bills.map(({ parts }) => wholeDollars(parts[part])),
      ]),
      ['sum', ...bills.map(({ usd }) => wholeDollars(usd))],
    ],
  );
}
