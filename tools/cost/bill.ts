import type { Mark } from '../prices/marks';
import type { Price } from '../prices/price';
import type { CostLoad } from './cost-load';

/** Parts of a bill, in the order in which they are printed. */
export const PARTS = ['floor', 'http', 'websocket', 'log', 'observability', 'gateway', 'dataOut', 'users'] as const;

export type Part = (typeof PARTS)[number];

/** Name of a price in the price list. */
export type PriceName = Pick<Price, 'service' | 'usage'>;

/** A line of a bill. */
export interface Line {
  readonly part: Part;
  /** Name of the line: `NAT gateways`. */
  readonly what: string;
  /** Amount of a month, in `unit`. */
  readonly quantity: number;
  /** Unit of the price list: `GB-hour`. */
  readonly unit: string;
  readonly price: PriceName;
  /** USD of a month, rounded half up to a cent. */
  readonly usd: number;
  /** True if it grows with the load. */
  readonly grows: boolean;
}

/** A price to check before one relies on the bill. */
export interface MarkedPrice extends PriceName {
  readonly marks: readonly Mark[];
  readonly asOf: string | null;
  readonly source: string;
}

/** Bill of a stage for a month of 730 hours, in USD, without taxes, discounts and support. */
export interface Bill {
  readonly load: CostLoad;
  /** False if the account uses its free amounts elsewhere. */
  readonly freeTier: boolean;
  readonly lines: readonly Line[];
  /** Sum of the lines of each part. */
  readonly parts: Readonly<Record<Part, number>>;
  /** Sum of all lines. */
  readonly usd: number;
  /** Sum of the lines that grow with the load. The others cost the same without use. */
  readonly growingUsd: number;
  /** USD of one connection that receives no messages: the growing lines of such a load, divided by its connections. */
  readonly usdOfConnection: number;
  /** USD of a million publishes with their delivery: the difference to a load without messages. 0 without publishes. */
  readonly usdOfMillionPublishes: number;
  /** Prices of the lines that have marks. */
  readonly marks: readonly MarkedPrice[];
}
