import type { Bugs } from './bugs';
import { check, type Violation } from './checker';
import type { Fault } from './faults';
import type { Event } from './history';
import { Operator } from './operator';
import { Publisher } from './publisher';
import { Speaker } from './speaker';
import { Subscriber } from './subscriber';
import { World } from './world';

const MINUTE = 60_000;

/** Long enough for a ping, another connection, and what the queue hides for a while. */
const REST = 20 * MINUTE;

/** Long enough for a ping: every client hears of a message then, also if no push reaches it. */
const PING = 6 * MINUTE;

/** Without faults, a message arrives within 1.5 s, and a little later behind others. In milliseconds. */
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
  const minutes = random.next() < 0.15 ? 200 : 5 + random.below(30);
  const { lives, subscribers, last } = populate(world, time.now() + minutes * MINUTE);
  await time.pass(minutes * MINUTE);
  faults.heal();
  await time.pass(REST);
  await finished(lives);

  const restless = await restlessness(world);
  const spoken = last();
  await time.pass(PING);
  await finished([spoken]);
  const { events, log, heads, retentionSeconds } = world;
  const promptly = faults.calm ? PROMPTLY : undefined;
  const violations = check({ events, end: time.now(), log, heads, retention: retentionSeconds * 1000, promptly });
  for (const each of subscribers) {
    each.leave();
  }
  return { seed, violations: [...restless, ...violations], faults: faults.struck, events };
}

/** @param until when they have lived, in milliseconds since 1970 @returns everybody, and a last message for every topic */
function populate(world: World, until: number) {
  const { random } = world;
  const topics = ['a', 'news', 'room:1'].slice(0, 1 + random.below(3));
  const tenants = random.next() < 0.5 ? ['red', 'blue'] : ['red'];
  const some = (subject: string) => ({ tenant: tenants[random.below(tenants.length)] as string, subject });
  const rotateAfter = [MINUTE, (2 + random.below(20)) * MINUTE] as const;
  const options = random.next() < 0.5 ? { rotateAfter } : {};

  const subscribers = Array.from({ length: 1 + random.below(4) }, (_, index) => {
    const wanted = topics.filter(() => random.next() < 0.7);
    return new Subscriber(world, some(`s${index + 1}`), wanted.length > 0 ? wanted : topics, options);
  });
  const publishers = Array.from({ length: 1 + random.below(2) }, (_, index) => {
    return new Publisher(world, some(`p${index + 1}`), topics);
  });
  const speakers = random.next() < 0.3 ? [new Speaker(world, some('w1'), topics)] : [];
  const keys = tenants.flatMap((tenant) => topics.map((topic) => world.keyOf({ tenant }, topic)));
  const lives = [
    ...subscribers.map((each) => each.live(until)),
    ...publishers.map((each) => each.live(until, 1 + random.below(20))),
    ...speakers.map((each) => each.live(until, 1 + random.below(10))),
    new Operator(world, keys, subscribers).live(until),
  ];
  const last = () =>
    Promise.all(tenants.map((tenant) => new Publisher(world, { tenant, subject: 'last' }, topics).last()));
  return { lives, subscribers, last };
}

/** @returns what still goes on where nothing should. */
async function restlessness({ http, time, queue, streams }: World): Promise<Violation[]> {
  const reads = http.reads;
  await time.pass(2 * MINUTE);
  const restless = {
    'entries wait in the queue': queue.waiting,
    'messages wait in the stream': streams.log.waiting,
    'requests to close wait in the stream': streams.admission.waiting,
    'requests for history are made': http.reads - reads,
  };
  return Object.entries(restless)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({ at: time.now(), what: `Nothing happens any more, and ${count} ${what}` }));
}

/** Throws if one has not ended, which would be a flaw of this simulation: everybody had time. */
async function finished(lives: readonly Promise<unknown>[]): Promise<void> {
  const late = new Promise<'late'>((resolve) => setImmediate(() => resolve('late')));
  if ((await Promise.race([Promise.all(lives), late])) === 'late') {
    throw new Error('Somebody is still at it');
  }
}
