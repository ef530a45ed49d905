import { estimate } from './estimate';
import { Cost } from './facts';
import { DEFAULTS, type Load } from './load';
import { markdown } from './markdown';
import { costOfMillionPushes, costOfProvisionedMonth } from './publish-cost';
import { entriesOf } from './shards';
import { dollars, milliseconds } from './words';

/** The functions that post, each with the topic that shows its effect: of one shard, and of several. */
const FUNCTIONS: readonly { name: string; setting: 'pushMemory' | 'deliverMemory'; connections: number }[] = [
  { name: 'push', setting: 'pushMemory', connections: 100 },
  { name: 'deliver', setting: 'deliverMemory', connections: 1000 },
];

const MEMORIES = [512, 1024, 1769];

/** Table of docs/scale.md: times and cost of a message by the memory of the functions that post. */
export function memoryTable(): string {
  return markdown(
    [
      'function, MB',
      'connections',
      `half, all: ${microseconds(Cost.postCpu.value)} of CPU`,
      `half, all: ${microseconds(Cost.postCpuHere.value)} of CPU`,
      'half, all: new functions',
      'million invocations',
      'one provisioned, a month',
    ],
    FUNCTIONS.flatMap(({ name, setting, connections }) =>
      MEMORIES.map((memory) => [
        `${name}, ${memory}${memory === DEFAULTS[setting] ? ' (default)' : ''}`,
        `${connections}`,
        times({ connections, [setting]: memory }),
        times({ connections, [setting]: memory, postCpu: Cost.postCpuHere.value * 1e6 }),
        times({ connections, [setting]: memory, cold: true }),
        dollars(costOfMillionPushes(postsOf(connections), memory, DEFAULTS.postCpu)),
        dollars(costOfProvisionedMonth(memory)),
      ]),
    ),
  );
}

/** Posts of one invocation for one message. */
function postsOf(connections: number): number {
  return connections / Math.ceil(entriesOf(connections) / Cost.queueBatch.value);
}

function times(changed: Partial<Load>): string {
  const { broadcast } = estimate({ ...DEFAULTS, ...changed });
  return `${milliseconds(broadcast.half)}, ${milliseconds(broadcast.all)}`;
}

const microseconds = (seconds: number): string => `${Math.round(seconds * 1e6)} µs`;
