/** A line of an order book. */
export interface OrderBookLine {
  readonly line: number;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly quantity: number;
  readonly venue: string;
  readonly updatedAt: string;
}

/** @returns data for a message under load: about 100 bytes of JSON for each line of an order book */
export function orderBook(lines: number): OrderBookLine[] {
  return Array.from({ length: lines }, (_, line) => ({
    line,
    side: line % 2 ? 'buy' : 'sell',
    price: 10_000 + line * 25,
    quantity: (line * 7919) % 1000,
    venue: `exchange-${line % 5}`,
    updatedAt: '2026-01-01T12:00:00.000Z',
  }));
}
