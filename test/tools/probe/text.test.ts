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
  api: new URL('https://api.example.com'),
  ws: new URL('wss://ws.example.com'),
  path: '/health',
  origin: 'https://app.example.com',
};

const textOf = (found: Measurements, color = false, complete = true) =>
  text(report(SUBJECT, new Date(0), found, complete), { width: 100, color });

describe('The report', () => {
  it('says what the lanes are, phase by phase', () => {
    expect(textOf(measured())).toMatch(
      new RegExp(
        [
          'A page of https://app.example.com asks https://api.example.com/health',
          '',
          'first request  254 ms',
          '  DNS +40 ms  █+',
          '  TCP +50 ms +█+',
          '  TLS +52 ms +█+',
          '  preflight +54 ms +█+',
          '  server +58 ms +█+',
          'second request  57 ms',
          '  server +57 ms  █+',
          'first ÷ second  4.5',
          'loaded ÷ idle  1.0 \\(p95\\)',
          'WebSocket open after  162 ms',
          'TLSv1.3, resumes, DNS:api.example.com until Jan  1 00:00:00 2126 GMT',
        ].join('\n'),
      ),
    );
  });

  it('ends with the verdict', () => {
    expect(textOf(measured())).toMatch(
      /\n\nIsolated and warm: sockets do not slow requests, and only distance slows the first\n$/,
    );
    expect(textOf(measured({ preflight: { kept: 5 } }))).toMatch(/\n\nIsolated, but not warm: preflight\n$/);
  });

  it('says so where the answer is a refusal', () => {
    const refused = { ...RUN, first: { ...RUN.first, status: 401 } };

    expect(textOf(measured({ runs: [refused] }))).toContain(
      '\nanswered 401: this measures a refusal, see --path and --token\n',
    );
    expect(textOf(measured())).not.toContain('refusal');
  });

  it('has colors only where they are wanted', () => {
    expect(textOf(measured())).not.toContain('\u001B');
    expect(textOf(measured(), true)).toContain('\u001B');
  });

  it('says only what was measured when it was interrupted', () => {
    const none: Measurements = { names: [], families: [], runs: [], handshakes: [], passes: [] };

    expect(textOf(none, false, false)).toBe(
      'A page of https://app.example.com asks https://api.example.com/health\n\nInterrupted: this is what was measured until then\n',
    );
  });
});

describe('The waterfall', () => {
  const phases = fc.array(
    fc.record<Phase>({
      name: fc.constantFrom<Phase['name']>('DNS', 'TCP', 'server'),
      ms: fc.double({ min: 0.1, max: 9000, noNaN: true }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it('never gets wider than it may, and each phase begins where the one before ended', () => {
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

describe('The verdict', () => {
  const cause = { adds: 1, share: 0, found: '', mend: '' };
  const slow = { ...cause, id: 'dns', to: 'first request', fault: true } as const;
  const loaded = { ...cause, id: 'pool-pinned', to: 'request under load', fault: true } as const;

  it.each([
    ['Isolated and warm', [{ ...slow, fault: false }], 0],
    ['Isolated, but not warm: dns', [slow], 1],
    ['Warm, but not isolated: pool-pinned', [loaded], 1],
    ['Neither isolated nor warm: pool-pinned, dns', [loaded, slow], 1],
  ] as const)('%s', (sentence, causes, exitCode) => {
    expect(verdict(causes, true, 0)).toEqual({ exitCode, sentence: expect.stringContaining(sentence) });
  });

  it('is none where it was interrupted', () => {
    expect(verdict([slow], false, 0).exitCode).toBe(2);
  });

  const first = (beyond: number, standstill: number) =>
    report(
      SUBJECT,
      new Date(0),
      measured({ runs: [{ ...RUN, first: { ...RUN.first, ms: RUN.first.ms + beyond }, standstill }, RUN, RUN] }),
      true,
    );

  it('cannot tell a cold start where the probe stood still so long that it may hide one', () => {
    expect(first(30, NOTICEABLE - 30).verdict.exitCode).toBe(0);
    expect(first(30, NOTICEABLE - 29).verdict).toEqual({
      exitCode: 2,
      sentence: expect.stringMatching(
        /^Cannot tell a cold start: the probe stood still for 71 ms during the very first/,
      ),
    });
  });

  it('is about the faults that were found, also where the probe stood still', () => {
    const { verdict, causes } = first(NOTICEABLE + 1, 300);

    expect(causes[0]).toMatchObject({ id: 'cold-start', adds: NOTICEABLE + 1 });
    expect(verdict).toEqual({ exitCode: 1, sentence: 'Isolated, but not warm: cold-start' });
  });

  it.each([[[slow]], [[loaded]]])('names any other fault rather than that it cannot tell', (causes) => {
    expect(verdict(causes, true, 300).exitCode).toBe(1);
  });
});
