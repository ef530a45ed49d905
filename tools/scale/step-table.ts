import { Cost, type Fact } from './facts';
import { DEFAULTS } from './load';
import { markdown } from './markdown';
import { secondsOfPosts } from './posting';
import { type Step, stepsBeforePosts } from './steps';

/** Connections of the topic whose messages the table follows: one shard. */
const CONNECTIONS = 100;

/** Table of docs/delivery.md: where each millisecond goes, by the short way and from the stream. */
export function stepTable(): string {
  const short = [...stepsBeforePosts('short', CONNECTIONS), posts(DEFAULTS.pushMemory)];
  const long = [...stepsBeforePosts('long', CONNECTIONS), posts(DEFAULTS.deliverMemory)];
  return markdown(
    ['step', 'after a pause, ms', 'from the stream, ms', 'standing of the number'],
    [
      ...merged(short, long).map(({ step, from }) => [step, cell(short, step), cell(long, step), standing(from)]),
      ['to half of the connections', total(short), total(long), ''],
    ],
  );
}

/** The posts to half of the connections. */
function posts(memory: number): Step {
  return {
    step: `post to half of ${CONNECTIONS} connections, ${Cost.concurrentPosts.value} at once`,
    seconds: secondsOfPosts(CONNECTIONS / 2, { memory, postCpu: DEFAULTS.postCpu }),
    from: [Cost.postSeconds],
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
