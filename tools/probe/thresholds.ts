/**
 * Milliseconds that a person notices: Nielsen's tenth of a second. Less than that, on a lookup, a handshake, a first
 * answer or under load, is distance or noise (this program's own first steps take some 5 ms), and no fault of a lane.
 */
export const NOTICEABLE = 100;

/** Seconds that a preflight should be kept: Safari keeps none longer, so less is asked again sooner in every browser. */
export const KEPT_LONG_ENOUGH = 600;

/** Milliseconds that Chromium waits for one address family before it tries the other (Happy Eyeballs, RFC 8305). */
export const FALLBACK = 300;

/** Seconds that Chromium keeps the answer of a preflight at most. */
export const CHROMIUM_CAP = 7_200;

/** Seconds that an answer without Access-Control-Max-Age is kept, says the Fetch standard. */
export const KEPT_BY_DEFAULT = 5;
