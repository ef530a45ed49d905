import { count, dollars, wholeDollars } from '../scale/words';

/** Formats an amount of money with cents below $100: `$0.35`, `$93.10`, `$270,383`. */
export function money(usd: number): string {
  return usd < 99.995 ? dollars(usd) : wholeDollars(usd);
}

/** Formats a power of ten for an axis: `$1`, `$10k`, `$1M`. */
export function shortMoney(usd: number): string {
  const [divisor, suffix] = usd >= 1e6 ? [1e6, 'M'] : usd >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `$${(usd / divisor).toLocaleString('en-US')}${suffix}`;
}

/** Formats a quantity with at most three significant digits below a thousand: `0.42`, `93`, `1,314,000`. */
export function quantity(value: number): string {
  return value < 1000
    ? Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 })
    : count(value);
}
