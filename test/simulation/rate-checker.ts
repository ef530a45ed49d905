import type { Event } from './history';

/**
 * Maximum number of sockets that a client opens in 10 minutes. Rotation opens at most 10, one a minute. Without any success,
 * backoff allows 6 in the first minute and then one every 30 s on average, so 24, and it is random.
 */
const [SOCKETS, WITHIN] = [60, 600_000];

/** Checks that clients do not reconnect too often. */
export class RateChecker {
  /** Times at which each client opened its last sockets, in milliseconds since 1970. */
  private readonly opened = new Map<string, number[]>();

  constructor(private readonly violated: (what: string) => void) {}

  see(event: Event): void {
    if (event.type !== 'connecting') {
      return;
    }
    const { client, at } = event;
    const recent = [...(this.opened.get(client) ?? []).filter((time) => time > at - WITHIN), at];
    this.opened.set(client, recent);
    if (recent.length > SOCKETS) {
      this.violated(`${client} opened ${recent.length} sockets within 10 minutes`);
      this.opened.delete(client);
    }
  }
}
