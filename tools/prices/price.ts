import { z } from 'zod';
import list from './prices.json';

const band = z.strictObject({
  /** Amount of a month up to which the price applies. The last band has no end. */
  upTo: z.number().positive().nullable(),
  usd: z.number().nonnegative(),
});

const price = z.strictObject({
  service: z.string().min(1),
  usage: z.string().min(1),
  unit: z.string().min(1),
  /** USD of a unit: that of the first band that is not free. */
  usd: z.number().nonnegative(),
  tiers: z.array(band).min(1).optional(),
  /** Units of a month that an account gets free of charge. The bands count them. A first band of 0 USD is free in the same way. */
  free: z.number().positive().optional(),
  region: z.string().min(1),
  source: z.string().min(1),
  /** Date at which the source had the price. Null if it is not known. */
  asOf: z.iso.date().nullable(),
  /** `documented`: in a price list of the provider; `from source`: in code or test data; `secondary`: by others; `unverified`: an assumption. */
  standing: z.enum(['documented', 'from source', 'secondary', 'unverified']),
  note: z.string().optional(),
});

/** A list price, without taxes, discounts and support. */
export type Price = z.output<typeof price>;

export const PRICES: readonly Price[] = z.array(price).parse(list);

/** Hours of a month, as AWS computes monthly prices. */
export const HOURS_OF_MONTH = 730;

export const DAYS_OF_MONTH = HOURS_OF_MONTH / 24;

export const SECONDS_OF_MONTH = HOURS_OF_MONTH * 3600;

/** Bytes of a GB of the price list. Where AWS counts 2^30 bytes, amounts are about 7 % too high. */
export const GIGABYTE = 1e9;

/** @throws Error if the list has no such price, or several */
export function priceOf(service: string, usage: string): Price {
  const [found, ...others] = PRICES.filter((each) => each.service === service && each.usage === usage);
  if (!found || others.length > 0) {
    throw new Error(`prices.json must have one price for ${service}: ${usage}, got ${found ? others.length + 1 : 0}`);
  }
  return found;
}

interface CostOptions {
  /** False if the account uses the free amounts of a month elsewhere. @default true */
  readonly freeTier?: boolean;
}

/** @returns the cost of an amount of a month, in USD, not rounded */
export function costOf(price: Price, amount: number, { freeTier = true }: CostOptions = {}): number {
  const [first] = bandsOf(price);
  const freeBand = first?.usd === 0 && first.upTo !== null ? first.upTo : 0;
  if (!freeTier) {
    // The other bands begin at 0 without the free one.
    return costInBands(price, amount + freeBand);
  }
  return costInBands(price, amount) - costInBands(price, Math.min(amount, price.free ?? 0));
}

function costInBands(price: Price, amount: number): number {
  return bandsOf(price).reduce((sum, { upTo, usd }, index, bands) => {
    const from = bands[index - 1]?.upTo ?? 0;
    return sum + Math.max(0, Math.min(amount, upTo ?? Number.POSITIVE_INFINITY) - from) * usd;
  }, 0);
}

function bandsOf({ usd, tiers }: Price): NonNullable<Price['tiers']> {
  return tiers ?? [{ upTo: null, usd }];
}
