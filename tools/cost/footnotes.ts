import type { Price } from '../prices/price';
import { marksOf } from '../prices/marks';
import type { MarkedPrice, PriceName } from './bill';

/** Prices to check, each once and with a number from 1. */
export class Footnotes {
  readonly prices: readonly MarkedPrice[];

  /** @param ofBill - prices with marks of the bill, @param ofOthers - all prices of the managed services */
  constructor(ofBill: readonly MarkedPrice[], ofOthers: readonly Price[], today: Date) {
    const all = [...ofBill, ...ofOthers.map((price) => ({ ...price, marks: marksOf(price, today) }))];
    this.prices = all.filter(
      (price, index) => price.marks.length > 0 && all.findIndex((other) => isSame(other, price)) === index,
    );
  }

  /** @returns the number of a price, or undefined if it has no marks */
  numberOf(price: PriceName): number | undefined {
    const index = this.prices.findIndex((other) => isSame(other, price));
    return index < 0 ? undefined : index + 1;
  }
}

function isSame(one: PriceName, other: PriceName): boolean {
  return one.service === other.service && one.usage === other.usage;
}
