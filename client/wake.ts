import type { Clock } from './clock';

type Listener = (event: { type: string; persisted?: boolean }) => void;

interface Target {
  addEventListener?: (type: string, listener: Listener) => void;
  removeEventListener?: (type: string, listener: Listener) => void;
  visibilityState?: string;
}

/** Events of a window and of its document. Some bubble from the second to the first, and browsers differ. */
const EVENTS = ['visibilitychange', 'pageshow', 'pagehide', 'freeze', 'resume', 'online', 'offline'];

/** Milliseconds between two looks at the clocks, and the maximum delay of a timer of a machine that does not sleep. */
const [TICK, LATE] = [5_000, 5_000];

/**
 * Watches for the times at which a connection may have been lost unnoticed: the page is visible, restored or resumed, the
 * network changed, or the machine slept. A hidden page does not look at the clocks: browsers delay its timers by minutes.
 *
 * @param wake called with the type of the event.
 * @param freeze called before the browser freezes or caches the page. It breaks the connections of such a page.
 * @returns a function that ends it.
 */
export function watch(clock: Clock, wake: (event: string) => void, freeze: () => void): () => void {
  const page = globalThis as Target & { document?: Target };
  const targets = [page, page.document];
  const isHidden = () => page.document?.visibilityState === 'hidden';
  const listener: Listener = ({ type, persisted }) => {
    if (type === 'freeze' || (type === 'pagehide' && persisted)) {
      freeze();
    } else if (persisted !== false && (type !== 'visibilitychange' || !isHidden())) {
      wake(type);
    }
  };
  for (const type of EVENTS) {
    for (const target of targets) {
      target?.addEventListener?.(type, listener);
    }
  }
  let timer: unknown;
  const tick = () => {
    // On Linux the monotonic clock stops while the machine sleeps, and elsewhere the timer is late.
    const [now, date] = [clock.now(), clock.date()];
    timer = clock.setTimeout(() => {
      if (Math.max(clock.now() - now, clock.date() - date) > TICK + LATE && !isHidden()) {
        wake('sleep');
      }
      tick();
    }, TICK);
    // Keeps no program of Node.js running.
    (timer as { unref?: () => void } | undefined)?.['unref']?.();
  };
  tick();
  return () => {
    clock.clearTimeout(timer);
    for (const type of EVENTS) {
      for (const target of targets) {
        target?.removeEventListener?.(type, listener);
      }
    }
  };
}
