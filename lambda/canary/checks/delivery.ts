import { randomUUID } from 'node:crypto';
import type { CanarySocket } from '../canary-socket';
import type { LaneRequests } from '../lane-requests';
import { blaming } from '../results';
import { within } from '../within';
import { expectType } from './web-socket';

/** Topic of the canary, in the tenant of its user. Several runs can use it at the same time. */
const TOPIC = 'canary';

/** Names of the two messages in reasons. */
const [HINTED, STREAMED] = ['the first message, which has a hint', 'the second message, which is only in the stream'];

/**
 * Publishes two messages, one after the other, and waits for both at the socket. The first one follows a pause of the topic, so a hint
 * announces it. The second one follows at once, so only the stream of the message log has it. With a lane that needs longer for a publish
 * than the pause (`hintAfter`), the second one has a hint, too.
 *
 * @param limit - milliseconds from the start of the first publish until both messages arrive
 * @returns the duration of the first message in milliseconds
 */
export async function publishToPush(
  lane: LaneRequests,
  socket: CanarySocket,
  limit: number,
  signal: AbortSignal,
): Promise<number> {
  const [first, second] = [randomUUID(), randomUUID()];
  expectType('subscribed', await socket.ask({ action: 'subscribe', topic: TOPIC, ref: 'subscribe' }, signal));
  return within(
    limit,
    async (limited) => {
      const start = performance.now();
      const publishBoth = async () => {
        for (const id of [first, second]) {
          await lane.publish(TOPIC, { id, data: { from: 'canary' } }, limited);
        }
      };
      // Before the publishes: a message can arrive earlier than the response.
      const [{ at }] = await Promise.all([
        socket.arrival(HINTED, (frame) => contains(frame, first), limited),
        socket.arrival(STREAMED, (frame) => contains(frame, second), limited),
        blaming('http', publishBoth()),
      ]);
      return at - start;
    },
    signal,
  );
}

/** @returns true if a frame has the message with an id */
function contains({ type, id, messages }: Readonly<Record<string, unknown>>, awaited: string): boolean {
  return type === 'message'
    ? id === awaited
    : type === 'messages' && Array.isArray(messages) && messages.some((message) => message?.id === awaited);
}
