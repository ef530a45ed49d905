/**
 * Shortest delay that a person notices, in milliseconds (Nielsen: a tenth of a second). Less than that in a lookup, a handshake, a first
 * response or under load is latency or noise (this program's own startup takes about 5 ms), not a fault of a lane.
 */
export const NOTICEABLE = 100;

/** Minimum seconds for which a preflight should be cached. Safari caches none for longer, so less affects every browser. */
export const MIN_CACHE_TIME = 600;

/** Milliseconds that Chromium waits for one address family before it tries the other (Happy Eyeballs, RFC 8305). */
export const FALLBACK = 300;

/** Maximum seconds for which Chromium caches a preflight response. */
export const CHROMIUM_MAX_CACHE_TIME = 7_200;

/** Seconds for which a preflight response without Access-Control-Max-Age is cached, according to the Fetch standard. */
export const DEFAULT_CACHE_TIME = 5;

/** Smallest ratio of two times that counts as slower, and the smallest difference in milliseconds. Less is noise of a shared machine. */
export const RATIO = 1.2;
export const FLOOR = 5;
