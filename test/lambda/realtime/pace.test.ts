import { Pace } from '../../../lambda/realtime/pace';
import { ManualClock } from '../../support/memory/clock';

const SIXTEEN = Array.from({ length: 16 }, () => 512);

function setUp() {
  const clock = new ManualClock(0);
  return { clock, pace: new Pace(clock.now) };
}

it('a topic commits 500 write units at once, and then waits', () => {
  const { pace } = setUp();
  let commits = 0;
  for (; pace.waitFor('a') === 0; commits++) {
    pace.committed('a', SIXTEEN);
  }
  // 17 items of up to 1 KiB, twice, are 34 units.
  expect(commits).toBe(15);
  expect(pace.waitFor('a')).toBe(15 * 34 - 500);
});

it('a topic that commits as often as it can uses 1,000 write units a second', () => {
  const { clock, pace } = setUp();
  let messages = 0;
  while (clock.now() < 100_000) {
    clock.advance(pace.waitFor('a'));
    pace.committed('a', SIXTEEN);
    messages += 16;
  }
  expect(messages / 100).toBeGreaterThan(470);
  expect(messages / 100).toBeLessThan(474);
});

it('a message above a KiB with its attributes counts by its size', () => {
  const { pace } = setUp();
  pace.committed('a', [300 * 1024]);
  expect(pace.waitFor('a')).toBe(2 * (1 + 301) - 500);
});

it('topics are independent of each other, and forgotten when their units are available again', () => {
  const { clock, pace } = setUp();
  for (let topic = 0; topic < 1000; topic++) {
    pace.committed(`topic-${topic}`, [512]);
    expect(pace.waitFor(`topic-${topic}`)).toBe(0);
    clock.advance(1);
  }
  expect((pace as unknown as { refilledAt: Map<string, unknown> }).refilledAt.size).toBeLessThanOrEqual(4);
});
