import { Announcements } from '../../../lambda/realtime/announcements';
import { ManualClock } from '../../support/memory/clock';

function setUp() {
  const clock = new ManualClock(0);
  return { clock, announcements: new Announcements(clock.now) };
}

it('a draft is expected for 10 ms after its announcement', () => {
  const { clock, announcements } = setUp();
  announcements.announce('a');
  clock.advance(4);
  expect(announcements.expectedFor('a')).toBe(6);
  clock.advance(6);
  expect(announcements.expectedFor('a')).toBe(0);
});

it('no draft of a topic is expected when as many arrived as were announced', () => {
  const { announcements } = setUp();
  announcements.announce('a');
  announcements.announce('a');
  announcements.arrived('a');
  expect(announcements.expectedFor('a')).toBe(10);
  announcements.arrived('a');
  expect(announcements.expectedFor('a')).toBe(0);
});

it('a draft that arrives late takes no announcement of another draft that is expected', () => {
  const { clock, announcements } = setUp();
  announcements.announce('a');
  clock.advance(5);
  announcements.announce('a');
  clock.advance(4);
  announcements.arrived('a');
  expect(announcements.expectedFor('a')).toBe(6);
});

it('topics are independent of each other', () => {
  const { announcements } = setUp();
  announcements.announce('a');
  announcements.arrived('b');
  expect(announcements.expectedFor('a')).toBe(10);
  expect(announcements.expectedFor('b')).toBe(0);
});

it('topics whose drafts never arrive are forgotten', () => {
  const { clock, announcements } = setUp();
  for (let topic = 0; topic < 1000; topic++) {
    announcements.announce(`topic-${topic}`);
    clock.advance(1);
  }
  expect((announcements as unknown as { topics: Map<string, unknown> }).topics.size).toBeLessThanOrEqual(10);
});
