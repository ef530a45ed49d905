/** Words with which servers refuse a frame that is one too many. */
const WORDS = /rate.?limit|too.?many|throttl|retry.?after|slow.?down/i;

/** True if the answer refuses a frame because of a rate limit, and does not only repeat one of the frames. */
export function isRateLimit(answer: string, frames: readonly string[]): boolean {
  return WORDS.test(answer) && !frames.some((frame) => WORDS.test(frame));
}
