/** Rounds an amount of money half up to a cent: `16.425` is 16.43, also where the number is a little less in binary. */
export function toCents(usd: number): number {
  return Math.round(Number((usd * 100).toPrecision(12))) / 100;
}
