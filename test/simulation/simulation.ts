import type { Bugs } from './bugs';
import { check, type Violation } from './checker';
import type { Fault } from './faults';
import type { Event } from './history';
import { Lingerer } from './lingerer';
import { Operator } from './operator';
import { Publisher } from './publisher';
import { OUTSIDE_NAME } from './server-lane';
import { Speaker } from './speaker';
import { Subscriber } from './subscriber';
import { World } from './world';

const MINUTE = 60_000;

/** Milliseconds after the faults: long enough for a ping, a reconnect and the visibility timeout of the queue. */
const REST = 20 * MINUTE;

/** Milliseconds after the last messages: long enough for a ping, which detects a message whose push was lost. */
const PING = 6 * MINUTE;

export interface Result {
  seed: number;
  violations: Violation[];
  faults: ReadonlyMap<Fault, number>;
  events: readonly Event[];
}

/** Simulates a run with faults, then without, until pending work has completed, and checks its history. */
export async function simulate(seed: number, bugs: Bugs = {}): Promise<Result> {
  const world = new World(seed, bugs);
  const { random, time, faults } = world;
  const minutes = random.next() < 0.15 ? 200 : 5 + random.below(30);
  const { activities, subscribers, publishLast } = populate(world, time.now() + minutes * MINUTE);
  await time.pass(minutes * MINUTE);
  faults.heal();
  await time.pass(REST);
  await finished(activities);

  const ongoing = await ongoingActivity(world);
  // A last message shows a loss to every subscriber. Before it, only pings can have shown one.
  const healthySince = faults.calm ? 0 : time.now();
  const silent = checked(world, healthySince);
  const last = publishLast();
  await time.pass(PING);
  await finished([last]);
  const violations = silent.length > 0 ? silent : checked(world, healthySince);
  const left = await recordsLeft(world, subscribers);
  return { seed, violations: [...ongoing, ...violations, ...left], faults: faults.struck, events: world.events };
}

/** @param healthySince time since which there are no faults, in milliseconds since 1970 */
function checked(
  { events, time, log, heads, retentionSeconds, hintAfter, faults, servers }: World,
  healthySince: number,
): Violation[] {
  const { promptly, outage } = faults;
  const retention = retentionSeconds * 1000;
  return check({
    events,
    end: time.now(),
    log,
    heads,
    retention,
    promptly,
    outage,
    hintAfter,
    healthySince,
    servers: servers !== undefined,
  });
}

/** Closes all connections. @returns a violation for each record of one that remains, if no fault has ever occurred */
async function recordsLeft(world: World, subscribers: readonly Subscriber[]): Promise<Violation[]> {
  const { time, faults, entry } = world;
  for (const each of subscribers) {
    each.stop();
  }
  entry.closeAll();
  if (!faults.calm) {
    return [];
  }
  await time.pass(2 * MINUTE);
  const left = world.records.filter((key) => !key.includes(OUTSIDE_NAME));
  return left.map((key) => ({ at: time.now(), what: `After the end of all connections, ${key} remains` }));
}

/** Starts clients and the operator. @param until end of their activities, in milliseconds since 1970 */
function populate(world: World, until: number) {
  const { random } = world;
  const topics = ['a', 'news', 'room:1'].slice(0, 1 + random.below(3));
  const tenants = random.next() < 0.5 ? ['red', 'blue'] : ['red'];
  const principal = (subject: string) => ({ tenant: tenants[random.below(tenants.length)] as string, subject });
  const rotateAfter = [MINUTE, (2 + random.below(20)) * MINUTE] as const;
  const options = random.next() < 0.5 ? { rotateAfter } : {};

  const subscribers = Array.from({ length: 1 + random.below(4) }, (_, index) => {
    const wanted = topics.filter(() => random.next() < 0.7);
    return new Subscriber(world, principal(`s${index + 1}`), wanted.length > 0 ? wanted : topics, options);
  });
  const publishers = Array.from({ length: 1 + random.below(2) }, (_, index) => {
    return new Publisher(world, principal(`p${index + 1}`), topics);
  });
  const speakers = random.next() < 0.3 ? [new Speaker(world, principal('w1'), topics)] : [];
  const lingerers = world.servers ? [new Lingerer(world, principal('s1'), topics)] : [];
  const keys = tenants.flatMap((tenant) => topics.map((topic) => world.keyOf({ tenant }, topic)));
  const activities = [
    ...subscribers.map((each) => each.live(until)),
    ...publishers.map((each) => each.live(until, 1 + random.below(20))),
    ...speakers.map((each) => each.live(until, 1 + random.below(10))),
    ...lingerers.map((each) => each.live(until)),
    new Operator(world, keys, subscribers).live(until),
  ];
  const publishLast = () =>
    Promise.all(tenants.map((tenant) => new Publisher(world, { tenant, subject: 'last' }, topics).last()));
  return { activities, subscribers, publishLast };
}

/** @returns a violation for each activity after the end of the run */
async function ongoingActivity({ http, time, queue, streams }: World): Promise<Violation[]> {
  const reads = http.reads;
  await time.pass(2 * MINUTE);
  const counts = {
    'entries are in the queue': queue.waiting,
    'messages are in the stream': streams.log.waiting,
    'requests to close are in the stream': streams.admission.waiting,
    'requests for history were made': http.reads - reads,
  };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({ at: time.now(), what: `After the end of the run, ${count} ${what}` }));
}

/** Throws if an activity has not ended, which is a bug of this simulation. */
async function finished(activities: readonly Promise<unknown>[]): Promise<void> {
  const late = new Promise<'late'>((resolve) => setImmediate(() => resolve('late')));
  if ((await Promise.race([Promise.all(activities), late])) === 'late') {
    throw new Error('An activity has not ended');
  }
}
