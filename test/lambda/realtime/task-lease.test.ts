import { Unavailable } from '../../../lambda/realtime/ports';
import { LEASE, TaskLease } from '../../../lambda/realtime/task-lease';
import { ManualClock } from '../../support/memory/clock';

const TASK = { id: 'task.0', connectedAt: 0, address: '10.0.0.1:8081', secret: 'secret' };

/** Milliseconds before the end of a lease at which its task must have closed its sockets. */
const MARGIN = 5000;

const DAY = 86_400_000;

function setUp(renew: (until: number, clock: ManualClock) => Promise<void> = async () => undefined) {
  const clock = new ManualClock(undefined, () => 0.5);
  const renewals: { at: number; until: number }[] = [];
  const ended: string[] = [];
  const failures: unknown[] = [];
  const lease = new TaskLease(
    TASK,
    {
      async renewLease(_, until) {
        renewals.push({ at: clock.now(), until });
        await renew(until, clock);
      },
      async endLease({ id }) {
        ended.push(id);
      },
    },
    clock,
  );
  const keep = () => lease.keep((error) => failures.push(error));
  return { clock, lease, renewals, ended, failures, keep };
}

describe('the lease of a task', () => {
  it('is not held before it is taken', async () => {
    const { lease } = setUp();
    expect(lease.held).toBe(false);
    await lease.take();
    expect(lease.held).toBe(true);
  });

  it('begins with the request and lasts 30 seconds, of which the task uses all but the last 5', async () => {
    const { clock, lease, renewals } = setUp(async (_, time) => time.advance(3000));
    const before = clock.now();
    await lease.take();
    expect(renewals).toEqual([{ at: before, until: before + 30_000 }]);
    clock.advance(LEASE - MARGIN - 3000 - 1);
    expect(lease.held).toBe(true);
    clock.advance(1);
    expect(lease.held).toBe(false);
  });

  it('is taken as soon as the table is available', async () => {
    let attempts = 0;
    const { lease } = setUp(async () => {
      attempts += 1;
      if (attempts < 50) {
        throw new Unavailable();
      }
    });
    await lease.take();
    expect(attempts).toBe(50);
    expect(lease.held).toBe(true);
  });

  it('ends after a renewal in progress, which would bring it back', async () => {
    let finish = (): void => undefined;
    let renewed = 0;
    const { lease, ended, renewals, keep } = setUp(async () => {
      renewed += 1;
      if (renewed === 2) {
        await new Promise<void>((resolve) => (finish = resolve));
      }
    });
    await lease.take();
    const keeping = keep();
    while (renewals.length < 2) {
      await new Promise(setImmediate);
    }
    const ending = lease.end();
    await new Promise(setImmediate);
    expect(ended).toEqual([]);
    finish();
    await Promise.all([ending, keeping]);
    expect(ended).toEqual([TASK.id]);
  });

  it('cannot be taken after an unexpected error', async () => {
    const { lease } = setUp(() => Promise.reject(new Error('access denied')));
    await expect(lease.take()).rejects.toThrow('access denied');
    expect(lease.held).toBe(false);
  });

  it('is renewed every 10 seconds for as long as the task runs', async () => {
    let renewed = 0;
    const { lease, renewals, keep } = setUp(async () => {
      renewed += 1;
      if (renewed === 100) {
        lease.abandon();
      }
    });
    await lease.take();
    await keep();
    const intervals = renewals.slice(1).map(({ at }, index) => at - (renewals[index]?.at ?? 0));
    expect(intervals).toHaveLength(99);
    expect(Math.max(...intervals)).toBeLessThan(12_000);
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(10_000);
  });

  it('survives failures that are shorter than it', async () => {
    const start = Date.parse('2026-01-01T00:00:00Z');
    const { clock, lease, keep, failures } = setUp(async (_, time) => {
      const seconds = (time.now() - start) / 1000;
      if (seconds > 8 && seconds < 20) {
        throw new Unavailable();
      }
      if (seconds > 60 && seconds < 70) {
        throw new Error('unexpected');
      }
      if (seconds > 100) {
        lease.abandon();
      }
    });
    await lease.take();
    await keep();
    expect(clock.now() - start).toBeGreaterThan(100_000);
    expect(failures.length).toBeGreaterThan(0);
  });

  it.each([
    ['the table is unavailable', new Unavailable()],
    ['an unexpected error occurs', new Error('unexpected')],
  ])('is lost 5 seconds before it ends if %s', async (_, error) => {
    let failing = false;
    const { clock, lease, renewals, keep } = setUp(async () => {
      if (failing) {
        throw error;
      }
    });
    await lease.take();
    failing = true;
    await keep();
    const until = renewals[0]?.until ?? 0;
    expect(lease.held).toBe(false);
    expect(clock.now()).toBeGreaterThanOrEqual(until - MARGIN);
    expect(clock.now()).toBeLessThan(until - MARGIN + 1000);
    expect(renewals.length).toBeGreaterThan(5);
  });

  it('is lost 5 seconds before it ends if a renewal hangs', async () => {
    let hanging = false;
    const { clock, lease, renewals, keep } = setUp(() => (hanging ? new Promise(() => undefined) : Promise.resolve()));
    await lease.take();
    hanging = true;
    await keep();
    expect(lease.held).toBe(false);
    expect(clock.now()).toBeLessThan((renewals[0]?.until ?? 0) - MARGIN + 1000);
  });

  it('does not come back when a renewal that hung is complete', async () => {
    let complete: () => void = () => undefined;
    let hanging = false;
    const { lease, keep } = setUp(() => (hanging ? new Promise((resolve) => (complete = resolve)) : Promise.resolve()));
    await lease.take();
    hanging = true;
    await keep();
    complete();
    await new Promise(setImmediate);
    expect(lease.held).toBe(false);
  });

  it('does not come back by a renewal that was slower than the rest of it', async () => {
    const slow = async (_: number, time: ManualClock) => {
      if (time.waits.length > 0) {
        time.advance(LEASE);
      }
    };
    const { lease, renewals, keep } = setUp(slow);
    await lease.take();
    await keep();
    expect(lease.held).toBe(false);
    expect(renewals).toHaveLength(2);
  });

  it('is lost and not renewed when its process was frozen for longer', async () => {
    const { clock, lease, renewals, keep } = setUp();
    await lease.take();
    const wait = clock.wait.bind(clock);
    clock.wait = async (milliseconds) => wait(clock.waits.length === 3 ? DAY : milliseconds);
    await keep();
    expect(lease.held).toBe(false);
    expect(renewals).toHaveLength(1);
  });

  it('does not come back when the clock goes back', async () => {
    const { clock, lease } = setUp();
    await lease.take();
    clock.advance(DAY);
    expect(lease.held).toBe(false);
    clock.advance(-DAY);
    expect(lease.held).toBe(false);
  });

  it('is noticed as lost within a second of a pause during which timers stood still', async () => {
    const { clock, lease, keep } = setUp();
    await lease.take();
    await Promise.race([keep(), clock.wait(0)]);
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(1000);
    lease.abandon();
  });

  it('ends in the table after the sockets are closed', async () => {
    const { lease, ended, keep } = setUp();
    await lease.take();
    const kept = keep();
    await lease.end();
    await kept;
    expect(lease.held).toBe(false);
    expect(ended).toEqual(['task.0']);
  });

  it('is not renewed after it was given up', async () => {
    const { lease, renewals, keep } = setUp();
    await lease.take();
    lease.abandon();
    await keep();
    await lease.take();
    expect(lease.held).toBe(false);
    expect(renewals).toHaveLength(1);
  });
});
