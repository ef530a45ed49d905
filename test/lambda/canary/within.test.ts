import { TimeUp, within } from '../../../lambda/canary/within';

test('the signal of work that succeeded or failed aborts, so that nothing of it goes on', async () => {
  const signals: AbortSignal[] = [];
  await within(60_000, async (signal) => signals.push(signal));
  await expect(
    within(60_000, async (signal) => {
      signals.push(signal);
      throw new RangeError();
    }),
  ).rejects.toThrow(RangeError);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('work that ignores its signal ends with the reason of the outer signal, also of one that aborted before', async () => {
  const outer = new AbortController();
  const work = () => within(60_000, () => new Promise<never>(() => undefined), outer.signal);
  const before = work();
  outer.abort(new TimeUp(1));
  await expect(before).rejects.toBe(outer.signal.reason);
  await expect(work()).rejects.toBe(outer.signal.reason);
});

test('the time that is up is in milliseconds at most', () => {
  expect(new TimeUp(3217.4321).message).toBe('no answer within 3.217 s');
});
