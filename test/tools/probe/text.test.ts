import * as fc from 'fast-check';
import type { Measurements } from '../../../tools/probe/measurements';
import type { Phase } from '../../../tools/probe/model';
import { report } from '../../../tools/probe/report';
import { text } from '../../../tools/probe/text';
import { NOTICEABLE } from '../../../tools/probe/thresholds';
import { verdict } from '../../../tools/probe/verdict';
import { waterfall } from '../../../tools/probe/waterfall';
import { measured, RUN } from './measured';

const SUBJECT = {
  http: new URL('https://api.example.com'),
  websocket: new URL('wss://ws.example.com'),
  path: '/health',
  origin: 'https://app.example.com',
};

const textOf = (found: Measurements, color = false, complete = true) =>
  text(report(SUBJECT, new Date(0), found, complete), { width: 100, color });

describe("The probe's report", () => {
  it('shows the phases of both requests and the measured values', () => {
    expect(textOf(measured())).toMatch(
      new RegExp(
        [
          'Page origin: https://app.example.com, request URL: https://api.example.com/health',
          '',
          'first request  254 ms',
          '  DNS +40 ms  █+',
          '  TCP +50 ms +█+',
          '  TLS +52 ms +█+',
          '  preflight +54 ms +█+',
          '  server +58 ms +█+',
          'second request  57 ms',
          '  server +57 ms  █+',
          'first ÷ second request  4.5',
          'under load ÷ without sockets  1.0 \\(p95\\)',
          'WebSocket opens in  162 ms',
          'TLSv1.3, sessions resumed, certificate for DNS:api.example.com until Jan  1 00:00:00 2126 GMT',
        ].join('\n'),
      ),
    );
  });

  it('ends with the verdict', () => {
    expect(textOf(measured())).toMatch(
      /\n\nNo problem found: sockets do not slow requests, and only network latency slows the first request\.\n$/,
    );
    expect(textOf(measured({ preflight: { cachedFor: 5 } }))).toMatch(/\n\nThe first request is slow: preflight\n$/);
  });

  it('points out that the response is an error', () => {
    const refused = { ...RUN, first: { ...RUN.first, status: 401 } };

    expect(textOf(measured({ runs: [refused] }))).toContain(
      '\nThe API answered 401, so these are times of an error response. Fix: check --path and --token.\n',
    );
    expect(textOf(measured())).not.toContain('error response');
  });

  it('has colors only if they are on', () => {
    expect(textOf(measured())).not.toContain('\u001B');
    expect(textOf(measured(), true)).toContain('\u001B');
  });

  it('shows only partial results after an interruption', () => {
    const none: Measurements = { names: [], families: [], runs: [], handshakes: [], passes: [] };

    expect(textOf(none, false, false)).toBe(
      'Page origin: https://app.example.com, request URL: https://api.example.com/health\n\nInterrupted. The results are incomplete.\n',
    );
  });
});

describe("The probe's waterfall", () => {
  const phases = fc.array(
    fc.record<Phase>({
      name: fc.constantFrom<Phase['name']>('DNS', 'TCP', 'server'),
      ms: fc.double({ min: 0.1, max: 9000, noNaN: true }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it('fits into the width, and each phase begins at the end of the previous one', () => {
    fc.assert(
      fc.property(phases, phases, fc.integer({ min: 60, max: 120 }), (first, second, width) => {
        const lines = waterfall({ first, second }, width, (bar) => bar);
        const bars = lines.slice(1, first.length + 1).map((line) => ({ from: line.search(/[█▏]/), to: line.length }));

        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width + 1);
        for (const [index, { from }] of bars.slice(1).entries()) {
          expect(from).toBeGreaterThanOrEqual((bars[index]?.to ?? 0) - 1);
          expect(from).toBeLessThanOrEqual(bars[index]?.to ?? 0);
        }
      }),
    );
  });
});

describe("The probe's verdict", () => {
  const cause = { adds: 1, share: 0, found: '', fix: '' };
  const slow = { ...cause, id: 'dns', to: 'first request', fault: true } as const;
  const loaded = { ...cause, id: 'pool-pinned', to: 'request under load', fault: true } as const;

  const closed = { ...cause, id: 'connection-closed', to: 'every request', fault: true } as const;

  it.each([
    ['No problem found', [{ ...slow, fault: false }], 0],
    ['The first request is slow: dns', [slow], 1],
    ['The first request is slow: connection-closed', [closed], 1],
    ['Sockets slow down requests: pool-pinned', [loaded], 1],
    ['The first request is slow, and sockets slow down requests: pool-pinned, dns', [loaded, slow], 1],
  ] as const)('can be "%s"', (summary, causes, exitCode) => {
    expect(verdict(causes, true, 0)).toEqual({ exitCode, summary: expect.stringContaining(summary) });
  });

  it('has the exit code 2 after an interruption', () => {
    expect(verdict([slow], false, 0).exitCode).toBe(2);
  });

  const first = (beyond: number, pause: number) =>
    report(
      SUBJECT,
      new Date(0),
      measured({ runs: [{ ...RUN, first: { ...RUN.first, ms: RUN.first.ms + beyond }, pause }, RUN, RUN] }),
      true,
    );

  it('has the exit code 2 if a pause of the probe can hide a cold start', () => {
    expect(first(30, NOTICEABLE - 30).verdict.exitCode).toBe(0);
    expect(first(30, NOTICEABLE - 29).verdict).toEqual({
      exitCode: 2,
      summary: expect.stringMatching(
        /^A cold start cannot be ruled out: the probe was paused for 71 ms during the very first/,
      ),
    });
  });

  it('names the faults that were found, even if the probe was paused', () => {
    const { verdict, causes } = first(NOTICEABLE + 1, 300);

    expect(causes[0]).toMatchObject({ id: 'cold-start', adds: NOTICEABLE + 1 });
    expect(verdict).toEqual({ exitCode: 1, summary: 'The first request is slow: cold-start' });
  });

  it.each([[[slow]], [[loaded]]])('names any other fault even if a cold start cannot be ruled out', (causes) => {
    expect(verdict(causes, true, 300).exitCode).toBe(1);
  });
});
