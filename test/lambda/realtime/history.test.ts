import fc from 'fast-check';
import { historyPage } from '../../../lambda/realtime/history';
import { Limit, type Message } from '../../../client/protocol';

const message = (sequence: number, bytes = 10): Message => ({
  topic: 'a',
  epoch: 'e',
  sequence,
  id: `m${sequence}`,
  data: 'x'.repeat(bytes),
  publishedAt: '2026-01-01T00:00:00.000Z',
});

/** Messages of a log after `after`, some of which are missing. */
const log = fc
  .record({
    after: fc.nat(20),
    head: fc.nat(20),
    missing: fc.uniqueArray(fc.nat(20)),
    limit: fc.integer({ min: 1, max: 25 }),
  })
  .map(({ after, head, missing, limit }) => {
    const sequences = Array.from({ length: Math.max(head - after, 0) }, (_, index) => after + 1 + index);
    const found = sequences.filter((sequence) => !missing.includes(sequence)).map((sequence) => message(sequence));
    return { after, head, missing, found: found.slice(0, limit) };
  });

it('a page has recovered: true if the position is not after the head and no message up to the last one is missing', () => {
  fc.assert(
    fc.property(log, ({ after, head, missing, found }) => {
      const page = historyPage({ epoch: 'e', sequence: head }, after, { messages: found, bytesRead: 0 });
      const last = page.messages.at(-1)?.sequence ?? head;
      const incomplete = missing.some((sequence) => sequence > after && sequence <= last);
      expect(page.recovered).toBe(after <= head && !incomplete);
    }),
  );
});

it('a client that reads page by page gets every message up to the head', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.integer({ min: 1, max: Limit.DATA_BYTES - 2 })),
      (limit, sizes) => {
        const all = sizes.map((bytes, index) => message(index + 1, bytes));
        const seen: number[] = [];
        while (seen.length < all.length) {
          const page = historyPage({ epoch: 'e', sequence: all.length }, seen.length, {
            messages: all.slice(seen.length, seen.length + limit),
            bytesRead: 0,
          });
          expect(page.recovered).toBe(true);
          expect(page.messages.length).toBeGreaterThan(0);
          seen.push(...page.messages.map(({ sequence }) => sequence));
        }
        expect(seen).toEqual(all.map(({ sequence }) => sequence));
      },
    ),
  );
});

it.each([
  ['ASCII', 'x', 1],
  ['non-ASCII characters', 'é', 2],
  ['characters outside of the basic plane', '🌍', 4],
])(
  'a page of %s has at most the maximum size of data in bytes of UTF-8, except for a single message',
  (_, text, size) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: Limit.PAGE_BYTES }), { maxLength: 30 }), (sizes) => {
        const found = sizes.map((bytes, index) => ({
          ...message(index + 1),
          data: text.repeat(Math.ceil(bytes / size)),
        }));
        const { messages } = historyPage({ epoch: 'e', sequence: found.length }, 0, { messages: found, bytesRead: 0 });
        const bytes = messages.reduce(
          (total, { data }) => total + new TextEncoder().encode(JSON.stringify(data)).length,
          0,
        );
        expect(bytes <= Limit.PAGE_BYTES || messages.length === 1).toBe(true);
        const next = found[messages.length];
        expect(next === undefined || bytes + (next.data.length / text.length) * size + 2 > Limit.PAGE_BYTES).toBe(true);
      }),
    );
  },
);
