import type { Held, Impulse, Storm } from '../../../../../tools/probe/measurements';

/** Offsets of the requests after a frame, in milliseconds. */
const OFFSETS = [2, 10, 20, 35];

/** Numbers around 0 that look random and are always the same: from -1 to 1. */
function noise(index: number): number {
  return Math.sin(index * 12.9898);
}

/**
 * Requests after a frame that blocks the server.
 *
 * @param usual milliseconds of a request alone
 * @param spread maximum milliseconds by which a request differs from that
 */
export function frameImpulse(
  blocked: number,
  {
    usual = 2,
    spread = 0.5,
    samples = 15,
    ...others
  }: { usual?: number; spread?: number; samples?: number } & Partial<Impulse> = {},
): Impulse {
  const after = OFFSETS.map((offset, at) => ({
    offset,
    ms: times(samples, (index) => usual + Math.max(0, blocked - offset) + spread * noise(7 * index + at)),
    alone: times(samples, (index) => usual + spread * noise(7 * index + at + 1000)),
  }));
  const quiet = after.flatMap(({ alone }) => alone);
  return { kind: 'frame', frame: 'hello', quiet, after, sent: 60, answered: 60, ...others };
}

/** Requests 6 ms after the start of a handshake that blocks the server. */
export function handshakeImpulse(blocked: number, others: Partial<Impulse> = {}): Impulse {
  const alone = times(15, (index) => 2 + 0.5 * noise(index));
  const ms = times(15, (index) => 2 + Math.max(0, blocked - 6) + 0.5 * noise(index + 50));
  return { kind: 'handshake', quiet: alone, after: [{ offset: 6, ms, alone }], sent: 15, answered: 15, ...others };
}

/** Requests beside connections or sockets. They all wait until these are closed, if `stalled` is 3. */
export function beside(kind: Held['kind'], requested: number, stalled = 0, others: Partial<Held> = {}): Held {
  const ms = times(3, (index) => (index < stalled ? 2_005 : 2));
  return { kind, requested, opened: requested, dropped: 0, ms, failures: [], stalled, released: stalled, ...others };
}

/**
 * A storm on 8 sockets.
 *
 * @param adds milliseconds that the frames add to each request, on average
 */
export function stormOf(
  adds: number,
  {
    usual = 20,
    spread = 1,
    count = 7,
    ...others
  }: { usual?: number; spread?: number; count?: number } & Partial<Storm> = {},
): Storm {
  const rounds = times(count, (round) => ({
    idle: times(30, (index) => usual + spread * noise(31 * round + index)),
    loaded: times(30, (index) => usual + adds + spread * noise(37 * round + index)),
  }));
  return {
    sockets: { requested: 8, opened: 8 },
    rounds,
    frames: { sent: 100, received: 100 },
    ...{ dropped: [], silent: 0, failures: [], pause: 0 },
    ...others,
  };
}

function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
