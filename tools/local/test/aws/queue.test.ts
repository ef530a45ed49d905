import fc from 'fast-check';
import type { Message } from '../../aws/sqs/message';
import { md5OfAttributes } from '../../aws/sqs/message';
import { Queue } from '../../aws/sqs/queue';
import { queue as blueprint } from './fixture';

const VISIBILITY_SECONDS = 30;
const NO_STORE = { put: () => undefined, delete: () => undefined };

const step = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), group: fc.constantFrom('a', 'b') }),
  fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ kind: fc.constant('delete' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('return' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
);

test.each([false, true])(
  'a queue delivers a message to one receiver at a time, and redelivers all messages that are not deleted (FIFO: %s)',
  (fifo) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 1_000_000;
        const queue = new Queue(
          blueprint('q', { fifo }),
          [],
          NO_STORE,
          () => now,
          () => undefined,
        );
        const undeleted = new Set<string>();
        let inFlight: { message: Message; until: number }[] = [];
        for (const next of steps) {
          inFlight = inFlight.filter(({ until }) => until > now);
          const chosen = 'which' in next ? inFlight[next.which % inFlight.length] : undefined;
          const receiptHandle = chosen?.message.receiptHandle ?? '';
          if (next.kind === 'send') {
            const body = String(undeleted.size);
            const sending = {
              body,
              attributes: {},
              sender: 's',
              group: next.group,
              deduplicationId: `${Math.random()}`,
            };
            undeleted.add(queue.send(sending).id);
          } else if (next.kind === 'wait') {
            now += 1000 * next.seconds;
          } else if (next.kind === 'receive') {
            for (const message of queue.receive(next.max)) {
              expect(inFlight.map((held) => held.message.id)).not.toContain(message.id);
              inFlight.push({ message, until: now + 1000 * VISIBILITY_SECONDS });
            }
          } else if (chosen && next.kind === 'delete') {
            queue.delete(receiptHandle);
            undeleted.delete(chosen.message.id);
            inFlight = inFlight.filter((held) => held !== chosen);
          } else if (chosen) {
            expect(queue.changeVisibility(receiptHandle, 0)).toBe(true);
            inFlight = inFlight.filter((held) => held !== chosen);
          }
        }
        now += 1000 * VISIBILITY_SECONDS;
        expect(new Set(queue.receive(100).map(({ id }) => id))).toEqual(undeleted);
      }),
    );
  },
);

test('a receipt that is out of date does not change the visibility of a message', () => {
  let now = 1_000_000;
  const queue = new Queue(
    blueprint('q'),
    [],
    NO_STORE,
    () => now,
    () => undefined,
  );
  queue.send({ body: 'a', attributes: {}, sender: 's' });
  const receipt = () => queue.receive(1)[0]?.receiptHandle ?? '';
  const first = receipt();
  now += 1000 * VISIBILITY_SECONDS;
  const second = receipt();
  expect(queue.changeVisibility(first, 0)).toBe(false);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  expect(queue.changeVisibility(second, 0)).toBe(true);
  expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
});

test('a FIFO queue delivers the messages of a group in the order in which they were sent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }),
      fc.infiniteStream(fc.boolean()),
      (groups, deletions) => {
        let now = 1_000_000;
        const queue = new Queue(
          blueprint('q', { fifo: true }),
          [],
          NO_STORE,
          () => now,
          () => undefined,
        );
        groups.forEach((group, index) => {
          queue.send({ body: `${index}`, attributes: {}, sender: 's', group, deduplicationId: `${index}` });
        });
        const done: { group?: string; at: number }[] = [];
        while (done.length < groups.length) {
          for (const message of queue.receive(1)) {
            if (deletions.next().value) {
              queue.delete(message.receiptHandle ?? '');
              done.push({ group: message.group, at: Number(message.body) });
            }
          }
          now += 1000 * VISIBILITY_SECONDS;
        }
        for (const group of ['a', 'b', 'c']) {
          const order = done.filter((message) => message.group === group).map(({ at }) => at);
          expect(order).toEqual([...order].sort((first, second) => first - second));
        }
      },
    ),
  );
});

test('the MD5 digest of message attributes is the same as on AWS', () => {
  expect(md5OfAttributes({ timestamp: { DataType: 'Number', StringValue: '1493147359900' } })).toBe(
    '235c5c510d26fb653d073faed50ae77c',
  );
  expect(md5OfAttributes({})).toBeUndefined();
});
