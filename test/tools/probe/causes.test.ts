import * as fc from 'fast-check';
import type { Cause } from '../../../tools/probe/causes/cause';
import { causes } from '../../../tools/probe/causes/causes';
import type { Exchange, FreshRun, Measurements, Pass, Reach } from '../../../tools/probe/measurements';
import { hidesColdStart, pageModel, total } from '../../../tools/probe/model';
import { KEPT_LONG_ENOUGH, NOTICEABLE } from '../../../tools/probe/thresholds';
import { measured, pass, RUN } from './measured';

const API = new URL('https://api.example.com');

function causesOf(found: Measurements, origin = 'https://app.example.com'): Cause[] {
  return causes(found, pageModel(found, origin === API.origin), { api: API, origin });
}

const faultsOf = (found: Measurements) => causesOf(found).flatMap(({ id, fault }) => (fault ? [id] : []));
const find = (found: Measurements, id: Cause['id']) => causesOf(found).find((cause) => cause.id === id);

describe('Of good lanes', () => {
  it('distance is all there is, longest first', () => {
    expect(causesOf(measured()).map(({ id, adds, fault }) => ({ id, adds, fault }))).toEqual([
      { id: 'preflight', adds: 54, fault: false },
      { id: 'tls', adds: 52, fault: false },
      { id: 'cold-connection', adds: 50, fault: false },
      { id: 'dns', adds: 40, fault: false },
    ]);
  });

  it('a page of their own origin waits for none of it, and is told what it is spared', () => {
    const [cause, ...others] = causesOf(measured(), API.origin);

    expect(cause).toMatchObject({ id: 'same-origin', adds: RUN.tcp + (RUN.tls ?? 0) + RUN.second.ms, fault: false });
    expect(others).toEqual([]);
  });
});

describe('A fault is', () => {
  it('an IPv6 address that is silent: 300 ms, however long it was', () => {
    const families: Reach[] = [{ family: 6, address: '2001:db8::1', outcome: 'unanswered', ms: 2000 }];

    expect(find(measured({ families }), 'dead-address-family')).toMatchObject({ adds: 300, fault: true });
  });

  it('an IPv6 address that refuses, which costs what it took here', () => {
    const families: Reach[] = [{ family: 6, address: '::1', outcome: 'refused', ms: 0.2 }];

    expect(find(measured({ families }), 'dead-address-family')).toMatchObject({ adds: 0.2, fault: true });
  });

  it('not an IPv6 address to which this machine has no route', () => {
    const families: Reach[] = [{ family: 6, address: '2001:db8::1', outcome: 'unreachable', ms: 0.1 }];

    expect(faultsOf(measured({ families }))).toEqual([]);
  });

  it.each([
    { maxAge: undefined, kept: 5, fault: true },
    { maxAge: KEPT_LONG_ENOUGH - 1, kept: KEPT_LONG_ENOUGH - 1, fault: true },
    { maxAge: KEPT_LONG_ENOUGH, kept: KEPT_LONG_ENOUGH, fault: false },
  ])('a preflight that is kept for less than Safari would: $kept s', ({ fault, ...preflight }) => {
    expect(find(measured({ preflight }), 'preflight')?.fault).toBe(fault);
  });

  it('a TLS handshake that takes noticeably longer than two round trips', () => {
    const slow = (tls: number) => measured({ runs: [{ ...RUN, tls }] });

    expect(faultsOf(slow(2 * RUN.tcp + NOTICEABLE))).toEqual([]);
    expect(faultsOf(slow(2 * RUN.tcp + NOTICEABLE + 1))).toEqual(['tls']);
  });

  it('a very first answer that is noticeably later than the first of other connections', () => {
    const cold = (ms: number) => measured({ runs: [{ ...RUN, first: { ...RUN.first, ms } }, RUN, RUN] });

    expect(faultsOf(cold(RUN.first.ms + NOTICEABLE))).toEqual([]);
    expect(find(cold(RUN.first.ms + 400), 'cold-start')).toMatchObject({ adds: 400, fault: true });
  });

  it('a cold start that the preflight waited for', () => {
    const preflight: Exchange = { ms: 454, opening: 0, status: 204 };

    expect(find(measured({ runs: [{ ...RUN, preflight }, RUN, RUN] }), 'cold-start')?.adds).toBe(400);
  });

  it('no cold start that the probe may have slept through, which hides one only if none is seen', () => {
    const runs = (beyond: number): FreshRun[] => [
      { ...RUN, first: { ...RUN.first, ms: RUN.first.ms + beyond }, standstill: 300 },
      RUN,
    ];

    expect(faultsOf(measured({ runs: runs(NOTICEABLE) }))).toEqual([]);
    expect(hidesColdStart(runs(NOTICEABLE))).toBe(300);
    expect(hidesColdStart(runs(NOTICEABLE + 1))).toBe(0);
  });

  it('a connection that must be opened again', () => {
    const closed: FreshRun = { ...RUN, second: { ...RUN.second, opening: 102 } };

    expect(find(measured({ runs: [closed, closed, closed] }), 'connection-closed')).toMatchObject({
      adds: 102,
      share: 102 / (102 + RUN.second.ms),
      fault: true,
    });
  });
});

describe('Under load', () => {
  const passes = (...changed: Pass[]) =>
    measured({ passes: measured().passes.map((one) => changed.find(({ name }) => name === one.name) ?? one) });

  it('a fault is a tail that is noticeably longer than without sockets', () => {
    const slow = (ms: number) => passes(pass('storm', { ms: [160, ms] }));

    expect(faultsOf(slow(170 + NOTICEABLE))).toEqual([]);
    expect(find(slow(570), 'event-loop-blocked')).toMatchObject({ adds: 400, share: 400 / 570 });
  });

  it('of a pass that was measured again, the better one counts', () => {
    const again = (ms: number) =>
      measured({
        passes: [...measured().passes, pass('storm', { ms: [570] }), pass('storm', { ms: [ms] })].filter(
          ({ name, ms }) => name !== 'storm' || ms.length === 1,
        ),
      });

    expect(faultsOf(again(200))).toEqual([]);
    expect(find(again(470), 'event-loop-blocked')?.adds).toBe(300);
  });

  it('of passes without sockets the slowest counts: a machine that became busy slows both', () => {
    const found = passes(pass('storm', { ms: [570] }));
    const again = (ms: number) => measured({ passes: [...found.passes, pass('idle', { ms: [ms] })] });

    expect(faultsOf(again(470))).toEqual([]);
    expect(find(again(370), 'event-loop-blocked')?.adds).toBe(200);
    expect(find(again(10), 'event-loop-blocked')?.adds).toBe(400);
  });

  it('a pool is pinned where requests wait until silent sockets close, and nothing else is said then', () => {
    const stuck = pass('silent', { ms: [2170, 2170], stalled: 2, released: 2 });

    expect(faultsOf(passes(stuck))).toEqual(['pool-pinned']);
    expect(find(passes(stuck), 'pool-pinned')).toMatchObject({ adds: 2000 });
  });

  it('a request that is never answered is a fault, too', () => {
    const stuck = pass('silent', { ms: [], failures: ['did not answer'], stalled: 1 });

    expect(find(passes(stuck), 'pool-pinned')).toMatchObject({ share: 1, fault: true });
    expect(faultsOf(passes(pass('storm', { failures: ['answered 503'] })))).toEqual(['failing-under-load']);
  });

  it('a pool can be pinned though the requests that were answered took no time', () => {
    const stuck = pass('silent', { ms: [0], stalled: 1 });

    expect(find(passes(stuck), 'pool-pinned')).toMatchObject({ adds: 0, share: 0, fault: true });
  });
});

describe('Whatever is measured', () => {
  const ms = fc.double({ min: 0, max: 5000, noNaN: true });
  const exchange = fc.record<Exchange>({ ms, opening: fc.oneof(fc.constant(0), ms), status: fc.constant(200) });
  const run = fc.record<FreshRun>({
    tcp: ms,
    tls: ms,
    preflight: exchange,
    first: exchange,
    second: exchange,
    standstill: ms,
  });
  const load = fc.record({
    ms: fc.array(ms),
    stalled: fc.nat(3),
    failures: fc.array(fc.constant('answered 503'), { maxLength: 2 }),
  });
  const anything = fc
    .record({
      runs: fc.array(run, { maxLength: 5 }),
      kept: fc.nat(7200),
      outcome: fc.constantFrom<Reach['outcome']>('answers', 'refused', 'unanswered', 'unreachable'),
      reached: ms,
      loads: fc.tuple(load, load, load, load),
    })
    .map(({ runs, kept, outcome, reached, loads }) =>
      measured({
        runs,
        preflight: { maxAge: kept, kept },
        families: [{ family: 6, address: '::1', outcome, ms: reached }],
        passes: loads.map((one, index) => pass((['idle', 'open', 'silent', 'storm'] as const)[index] ?? 'idle', one)),
      }),
    );
  const origin = fc.constantFrom(API.origin, 'https://app.example.com');

  it('faults come before distance, and each by what it adds', () => {
    fc.assert(
      fc.property(anything, origin, (found, from) => {
        const ranked = causesOf(found, from);
        for (const [index, cause] of ranked.slice(1).entries()) {
          const before = ranked[index];
          expect(before?.fault === cause.fault ? (before?.adds ?? 0) >= cause.adds : before?.fault).toBe(true);
        }
      }),
    );
  });

  it('nothing adds less than nothing, and shares of a first request are at most all of it', () => {
    fc.assert(
      fc.property(anything, origin, (found, from) => {
        const all = causesOf(found, from);
        const ofFirst = all.filter(({ to }) => to === 'first request').reduce((sum, { share }) => sum + share, 0);

        expect(all.every(({ adds, share }) => adds >= 0 && share >= 0 && share <= 1)).toBe(true);
        expect(ofFirst).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('what adds to a first request is a part of it', () => {
    fc.assert(
      fc.property(anything, (found) => {
        const first = total(pageModel(found, false).first);
        for (const { to, adds } of causesOf(found)) {
          expect(to !== 'first request' || adds <= first).toBe(true);
        }
      }),
    );
  });
});
