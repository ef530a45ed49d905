import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Attributes } from './attributes';

/** Clients ping up to 300 s apart. A shorter timeout than this closes connections between two pings. */
const SHORTEST_SECONDS = 360;

/** Checks that a load balancer keeps connections open between two pings. @param settings - attributes of the load balancer */
export function idleTimeoutCheck(settings: Query<Attributes>): Check {
  return check(
    `The idle timeout is at least ${SHORTEST_SECONDS} s, longer than between two pings`,
    [settings],
    (found) => {
      const timeout = found.get('idle_timeout.timeout_seconds');
      return { passed: Number(timeout) >= SHORTEST_SECONDS, found: timeout ? `${timeout} s` : 'not set' };
    },
  );
}
