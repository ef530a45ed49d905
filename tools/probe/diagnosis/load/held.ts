import type { Held } from '../../measurements';

/** True if a request waited until the sockets or connections were closed, and was answered then. */
export function holdsRequests({ stalled, released }: Held): boolean {
  return stalled > 0 && released > 0;
}

/**
 * The fewest connections or sockets of a kind with which requests waited, each time that it was measured with that number.
 * Undefined if there is no such number. A single pause of the server looks the same once, but not twice.
 */
export function holdingCount(held: readonly Held[], kind: Held['kind']): Held | undefined {
  const same = held.filter((each) => each.kind === kind);
  return same.find(
    (each) =>
      holdsRequests(each) &&
      same.filter(({ requested }) => requested === each.requested).every(holdsRequests) &&
      same.filter(({ requested }) => requested === each.requested).length > 1,
  );
}

/** The most silent sockets with which requests were answered, for a storm in which not all of them wait. Infinite if none held any. */
export function freeSockets(held: readonly Held[]): number {
  const holding = holdingCount(held, 'socket');
  if (!holding) {
    return Number.POSITIVE_INFINITY;
  }
  const free = held.filter(({ kind, requested }) => kind === 'socket' && requested < holding.requested);
  return Math.max(0, ...free.map(({ requested }) => requested));
}
