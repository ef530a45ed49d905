/**
 * Pause of a topic in milliseconds after which a message counts as the first: more than the app's own limit, which is 600 ms for the
 * dev stage.
 */
export const QUIET_MS = 1000;

/** Milliseconds between two polls of a stream by Lambda. */
const POLL_MS = 250;

/**
 * Pause before the next publish. It is uniform over a poll of the stream: otherwise each publish would follow a poll that pushed the
 * previous message, and wait as long as possible for the next one.
 *
 * @param sincePublish - milliseconds since the last publish to the topic
 * @param random - uniform from 0 to below 1
 * @returns milliseconds
 */
export function pauseBefore(sincePublish: number, random: number): number {
  return Math.max(0, QUIET_MS - sincePublish) + POLL_MS * random;
}
