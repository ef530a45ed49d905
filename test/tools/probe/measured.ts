import type { FreshRun, Measurements, Pass } from '../../../tools/probe/measurements';

/** A run with good lanes at a round trip of 50 ms, with TLS 1.3. */
export const RUN: FreshRun = {
  tcp: 50,
  tls: 52,
  preflight: { ms: 54, opening: 0, status: 204 },
  first: { ms: 58, opening: 0, status: 200 },
  second: { ms: 57, opening: 0, status: 200 },
  pause: 0,
};

export function pass(name: Pass['name'], changes: Partial<Pass> = {}): Pass {
  const count = { idle: 0, open: 1, silent: 20, storm: 20 }[name];
  return {
    name,
    sockets: { requested: count, opened: count },
    frames: { sent: 0, received: 0 },
    ms: [160, 165, 170],
    failures: [],
    stalled: 0,
    released: 0,
    ...changes,
  };
}

/** Measurements of good lanes at a round trip of 50 ms. */
export function measured(changes: Partial<Measurements> = {}): Measurements {
  return {
    names: [
      {
        source: 'system',
        ms: 40,
        families: [
          { family: 6, ms: 40, address: '2001:db8::1' },
          { family: 4, ms: 30, address: '192.0.2.1' },
        ],
      },
    ],
    families: [
      { family: 6, address: '2001:db8::1', outcome: 'connected', ms: 50 },
      { family: 4, address: '192.0.2.1', outcome: 'connected', ms: 50 },
    ],
    tls: { protocol: 'TLSv1.3', names: 'DNS:api.example.com', expires: 'Jan  1 00:00:00 2126 GMT', resumes: true },
    preflight: { maxAge: 7200, cachedFor: 7200 },
    runs: [RUN, RUN, RUN],
    handshakes: [{ tcp: 50, tls: 52, upgrade: 60 }],
    passes: [pass('idle'), pass('open'), pass('silent'), pass('storm')],
    ...changes,
  };
}
