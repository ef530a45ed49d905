import { FEWEST, judge } from '../../../../../tools/probe/diagnosis/load/impulse-verdict';
import type { Impulse } from '../../../../../tools/probe/measurements';
import { frameImpulse, handshakeImpulse } from './made-up';

test.each([8, 12, 40, 250])('a frame that blocks for %d ms blocks, with that duration from all offsets', (planted) => {
  const { verdict, blocked, share } = judge(frameImpulse(planted));
  expect([verdict, share]).toEqual(['blocks', 1]);
  expect(Math.abs(blocked - planted)).toBeLessThan(1);
});

test('a handshake that blocks for 60 ms blocks, by the requests 6 ms after its start', () => {
  const { verdict, blocked } = judge(handshakeImpulse(60));
  expect(verdict).toBe('blocks');
  expect(Math.abs(blocked - 60)).toBeLessThan(1);
});

test('a blocked loop is found beside a handler that is always slow, where the ratio of the medians is small', () => {
  const always = frameImpulse(40, { usual: 120 });
  expect((120 + 20) / 120).toBeLessThan(1.2);
  expect(judge(always).verdict).toBe('blocks');
});

test.each([0, 4])(
  'a frame that blocks for %d ms is clear, because the machine resolves no less than 5 ms',
  (planted) => {
    expect(judge(frameImpulse(planted)).verdict).toBe('clear');
  },
);

test('two slow requests of fifteen are no blocked loop', () => {
  const { after, quiet } = frameImpulse(0);
  const paused = after.map(({ offset, ms, alone }) => ({
    offset,
    ms: ms.map((value, index) => (index < 2 ? 300 : value)),
    alone,
  }));
  expect(judge({ after: paused, quiet }).verdict).toBe('clear');
});

test('a frame that starts its work 15 ms later is found at a later offset', () => {
  const { after, quiet } = frameImpulse(0);
  const later = after.map(({ offset, ms, alone }) => ({
    offset,
    ms: ms.map((value) => value + (offset < 15 ? 0 : Math.max(0, 55 - offset))),
    alone,
  }));
  expect(judge({ after: later, quiet })).toMatchObject({ verdict: 'blocks', share: 0.5 });
});

test('a frame that blocks one of two workers is found, although every second request is fast', () => {
  const { after, quiet } = frameImpulse(0);
  const half = after.map(({ offset, ms, alone }) => ({
    offset,
    ms: ms.map((value, index) => value + (index % 2 === 0 ? 0 : Math.max(0, 40 - offset))),
    alone,
  }));
  const { verdict, blocked, share } = judge({ after: half, quiet });
  expect(verdict).toBe('blocks');
  expect(Math.abs(blocked - 40)).toBeLessThan(1);
  expect(share).toBeCloseTo(0.47);
});

test('differences that are spread around the floor are undecided', () => {
  expect(judge(frameImpulse(7, { spread: 12 })).verdict).toBe('undecided');
});

test('fewer requests than an interval needs are undecided', () => {
  expect(judge(frameImpulse(40, { samples: FEWEST - 1 })).verdict).toBe('undecided');
  expect(judge(frameImpulse(0, { samples: FEWEST - 1 })).verdict).toBe('undecided');
  expect(judge({ after: [], quiet: [] }).verdict).toBe('undecided');
});

test('offsets with too few requests are left out, and the others decide', () => {
  const { quiet, after } = frameImpulse(40);
  const short: Impulse['after'] = after.map((at, index) => (index < 2 ? at : { ...at, ms: at.ms.slice(0, 1) }));
  expect(judge({ quiet, after: short })).toMatchObject({ verdict: 'blocks', adds: [{ offset: 2 }, { offset: 10 }] });
});

test('requests without a partner are compared with the median of those alone', () => {
  const { after, quiet } = frameImpulse(40);
  expect(judge({ quiet, after: after.map(({ offset, ms }) => ({ offset, ms })) }).verdict).toBe('blocks');
});
