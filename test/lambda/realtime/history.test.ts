import fc from 'fast-check';
import { historyPage } from '../../../lambda/realtime/history';
import { Limit, type Message } from '../../../lambda/realtime/protocol';

const message = (sequence: number, bytes = 10): Message => ({
  topic: 'a',
  epoch: 'e',
  sequence,
  id: `m${sequence}`,
  data: 'x'.repeat(bytes),
  publishedAt: '2026-01-01T00:00:00.000Z',
});

/** A log's messages after `after`, of which some are gone. */
const log = fc
  .record({
    after: fc.nat(20),
    head: fc.nat(20),
    gone: fc.uniqueArray(fc.nat(20)),
    limit: fc.integer({ min: 1, max: 25 }),
  })
  .map(({ after, head, gone, limit }) => {
    const sequences = Array.from({ length: Math.max(head - after, 0) }, (_, index) => after + 1 + index);
    const found = sequences.filter((sequence) => !gone.includes(sequence)).map((sequence) => message(sequence));
    return { after, head, gone, found: found.slice(0, limit) };
  });

it('says recovered if the position is of this log and nothing is gone up to the last message it gives', () => {
  fc.assert(
    fc.property(log, ({ after, head, gone, found }) => {
      const page = historyPage({ epoch: 'e', sequence: head }, after, found);
      const last = page.messages.at(-1)?.sequence ?? head;
      const missing = gone.some((sequence) => sequence > after && sequence <= last);
      expect(page.recovered).toBe(after <= head && !missing);
    }),
  );
});

it('leads a client that asks on to the head, or tells it that something is missing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.integer({ min: 1, max: Limit.DATA_BYTES - 2 })),
      (limit, sizes) => {
        const all = sizes.map((bytes, index) => message(index + 1, bytes));
        const seen: number[] = [];
        while (seen.length < all.length) {
          const page = historyPage(
            { epoch: 'e', sequence: all.length },
            seen.length,
            all.slice(seen.length, seen.length + limit),
          );
          expect(page.recovered).toBe(true);
          expect(page.messages.length).toBeGreaterThan(0);
          seen.push(...page.messages.map(({ sequence }) => sequence));
        }
        expect(seen).toEqual(all.map(({ sequence }) => sequence));
      },
    ),
  );
});

it('gives no page more data than an answer holds, but for one message alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: Limit.PAGE_BYTES }), { maxLength: 30 }), (sizes) => {
      const found = sizes.map((bytes, index) => message(index + 1, bytes));
      const { messages } = historyPage({ epoch: 'e', sequence: found.length }, 0, found);
      const bytes = messages.reduce((total, { data }) => total + JSON.stringify(data).length, 0);
      expect(bytes <= Limit.PAGE_BYTES || messages.length === 1).toBe(true);
    }),
  );
});
