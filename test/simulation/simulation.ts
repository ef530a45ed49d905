import type { Bugs } from './bugs';
import { check, type Violation } from './checker';
import type { Fault } from './faults';
import type { Event } from './history';
import { Publisher } from './publisher';
import { Subscriber } from './subscriber';
import { World } from './world';

const MINUTE = 60_000;

/** Long enough for a ping, another connection, and what the queue hides for a while. */
const REST = 20 * MINUTE;

/** With no fault a message arrives within a second and a half, over all that may wait for each other in a burst. */
const PROMPTLY = 5000;

export interface Result {
  seed: number;
  violations: Violation[];
  faults: ReadonlyMap<Fault, number>;
  events: readonly Event[];
}

/** Lets a world live, heal and come to rest, and judges what happened. */
export async function simulate(seed: number, bugs: Bugs = {}): Promise<Result> {
  const world = new World(seed, bugs);
  const { random, time, faults } = world;
  const topics = ['a', 'news', 'room:1'].slice(0, 1 + random.below(3));
  const minutes = random.next() < 0.15 ? 200 : 5 + random.below(30);
  const until = time.now() + minutes * MINUTE;
  const rotateAfter = [MINUTE, (2 + random.below(20)) * MINUTE] as const;
  const options = random.next() < 0.5 ? { rotateAfter } : {};

  const subscribers = Array.from({ length: 1 + random.below(4) }, (_, index) => {
    const some = topics.filter(() => random.next() < 0.7);
    return new Subscriber(world, `s${index + 1}`, some.length > 0 ? some : topics, options);
  });
  const publishers = Array.from({ length: 1 + random.below(2) }, (_, index) => {
    return new Publisher(world, `p${index + 1}`, topics);
  });
  const lives = [
    ...subscribers.map((each) => each.live(until)),
    ...publishers.map((each) => each.live(until, 1 + random.below(20))),
    operate(world, topics, until),
  ];
  await time.pass(minutes * MINUTE);
  faults.heal();
  await time.pass(REST);
  await finished(lives);

  const reads = world.http.reads;
  await time.pass(6 * MINUTE);
  const { events, log, heads, retentionSeconds } = world;
  const promptly = faults.calm ? PROMPTLY : undefined;
  const violations = check({ events, end: time.now(), log, heads, retention: retentionSeconds * 1000, promptly });
  for (const [what, count] of Object.entries({
    'entries wait in the queue': world.queue.waiting,
    'messages wait in the stream': world.stream.waiting,
    'requests for history are made': world.http.reads - reads,
  })) {
    if (count > 0) {
      violations.push({ at: time.now(), what: `Nothing happens any more, and ${count} ${what}` });
    }
  }
  for (const each of subscribers) {
    each.leave();
  }
  return { seed, violations, faults: faults.struck, events };
}

/** What an operator does: topics get more shards, items expire, and once in a while the log is restored. */
async function operate(world: World, topics: readonly string[], until: number): Promise<void> {
  const { random, time } = world;
  const left = () => until - time.now();
  const restores = random.next() < 0.3;
  let growths = random.below(3);
  let backup = world.messageTable.items;
  while (left() > 0) {
    await time.waitUntil(until, random.next() * 10 * MINUTE);
    world.messageTable.sweep(time.now() / 1000);
    world.connectionTable.sweep(time.now() / 1000);
    const chance = random.next();
    if (chance < 0.2 && growths > 0) {
      growths -= 1;
      await world.grow(topics[random.below(topics.length)] as string);
    } else if (restores && chance < 0.4 && left() > 0) {
      world.restore(backup);
      backup = world.messageTable.items;
    } else if (chance < 0.7) {
      backup = world.messageTable.items;
    }
  }
}

/** Throws if one has not ended, which would be a flaw of this simulation: everybody had time. */
async function finished(lives: readonly Promise<void>[]): Promise<void> {
  const late = new Promise<'late'>((resolve) => setImmediate(() => resolve('late')));
  if ((await Promise.race([Promise.all(lives), late])) === 'late') {
    throw new Error('Somebody is still at it');
  }
}
