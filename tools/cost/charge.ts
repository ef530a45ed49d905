import type { Price } from '../prices/price';
import type { Part } from './bill';

/** An amount that AWS bills. Its cost depends on all amounts with the same price, because of their bands. */
export interface Charge {
  readonly part: Part;
  readonly what: string;
  readonly price: Price;
  /** Amount of a month. */
  readonly quantity: number;
  readonly grows: boolean;
}

/** Name of a charge, its price, and its amount of a month. */
export type Row = readonly [what: string, price: Price, quantity: number];

/** Charges of one part. */
export function charges(part: Part, grows: boolean, rows: readonly Row[]): Charge[] {
  return rows.map(([what, price, quantity]) => ({ part, what, price, quantity, grows }));
}
