import { Cost } from './facts';
import { markdown } from './markdown';
import { costOfMillion, type PricedPublish, type PublishCost } from './publish-cost';
import { dollars } from './words';

/** One column for each: the heading, and the publish that it is the cost of. */
const COLUMNS: readonly [heading: string, publish: PricedPublish][] = [1, 100].flatMap((connections) => [
  [`before, ${connections} conn.`, { way: 'before', connections, group: 1 }],
  ['after a pause', { way: 'short', connections, group: 1 }],
  ['from the stream', { way: 'long', connections, group: 1 }],
  [`in groups of ${Cost.groupMessages.value}`, { way: 'long', connections, group: Cost.groupMessages.value }],
]);

const PARTS: readonly [name: string, part: keyof PublishCost][] = [
  ['rate limit', 'rateLimit'],
  ['transaction, and read of the head', 'log'],
  ['hint queue', 'hint'],
  ['push, with its reads and the mark', 'push'],
  ['dispatch', 'dispatch'],
  ['delivery queue and deliver', 'queueAndDeliver'],
];

/** Table of docs/scale.md: the cost of a million publishes, in USD. */
export function costTable(): string {
  const costs = COLUMNS.map(([, publish]) => costOfMillion(publish));
  const sum = (cost: PublishCost, without: number) =>
    Object.values(cost).reduce((total: number, part: number) => total + part, -without);
  return markdown(
    ['a million publishes', ...COLUMNS.map(([heading]) => heading)],
    [
      ...PARTS.map(([name, part]) => [name, ...costs.map((cost) => dollars(cost[part]))]),
      ['without posts', ...costs.map((cost) => dollars(sum(cost, cost.posts)))],
      ['posts', ...costs.map((cost) => dollars(cost.posts))],
      ['all', ...costs.map((cost) => dollars(sum(cost, 0)))],
    ],
  );
}
