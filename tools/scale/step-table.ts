import { secondsOfSends } from './broadcast';
import { Cost, type Fact, Servers } from './facts';
import { DEFAULTS, type Load } from './load';
import { markdown } from './markdown';
import { secondsOfPosts } from './posting';
import { type Recipients, recipientsOf } from './recipients';
import { type Step, stepsBeforePosts } from './steps';

/** Topic of one shard whose messages the table of docs/delivery.md follows. */
export const ONE_SHARD: Load = { ...DEFAULTS, connections: 100 };

/** The topic of the servers' table in docs/scale.md. */
export const ON_SERVERS: Load = { ...DEFAULTS, entry: 'servers', connections: 30_000 };

/** Table of a message's steps: where each millisecond goes, by the short way and from the stream. */
export function stepTable(load: Load): string {
  const recipients = recipientsOf(load);
  const sends = load.entry === 'servers' ? [sendsOf(load)] : [];
  const short = [...stepsBeforePosts('short', recipients), posts(recipients, load.pushMemory), ...sends];
  const long = [...stepsBeforePosts('long', recipients), posts(recipients, load.deliverMemory), ...sends];
  return markdown(
    ['step', 'after a pause, ms', 'from the stream, ms', 'standing of the number'],
    [
      ...merged(short, long).map(({ step, from }) => [step, cell(short, step), cell(long, step), standing(from)]),
      ['to half of the connections', total(short), total(long), ''],
    ],
  );
}

/** The posts to half of the recipients. */
function posts({ count, name }: Recipients, memory: number): Step {
  return {
    step: `post to half of ${Math.round(count)} ${name}, ${Cost.concurrentPosts.value} at once`,
    seconds: secondsOfPosts(count / 2, { memory, postCpu: DEFAULTS.postCpu }),
    from: [Cost.postSeconds],
  };
}

/** A task sends a message to half of its sockets. */
function sendsOf(load: Load): Step {
  const sockets = Math.round(load.connections / load.topics / recipientsOf(load).count);
  return {
    step: `send to half of ${sockets.toLocaleString('en-US')} sockets of a task`,
    seconds: secondsOfSends(load) / 2,
    from: [Servers.sendCpu],
  };
}

/** @returns the steps of both ways, each once and in order */
function merged(short: readonly Step[], long: readonly Step[]): Step[] {
  const rest = [...short];
  const steps = long.flatMap((each) => {
    const at = rest.findIndex(({ step }) => step === each.step);
    return at === -1 ? [each] : rest.splice(0, at + 1);
  });
  return [...steps, ...rest];
}

function cell(steps: readonly Step[], name: string): string {
  const found = steps.find(({ step }) => step === name);
  return found ? tenths(found.seconds) : '';
}

function standing(facts: readonly Fact[]): string {
  return facts.some(({ basis }) => basis === 'unverified') ? 'unverified' : 'published by a third party';
}

const total = (steps: readonly Step[]): string => tenths(steps.reduce((sum, { seconds }) => sum + seconds, 0));

const tenths = (seconds: number): string => (seconds * 1000).toFixed(1);
