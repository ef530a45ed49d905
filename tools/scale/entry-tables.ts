import { costWithoutTransfer, entryCost, type EntryCost } from './entry-cost';
import { estimate } from './estimate';
import { gatewayTotal, internetCost } from './gateway-cost';
import { leastWhole } from './least';
import { DEFAULTS, type Entry, type Load } from './load';
import { markdown } from './markdown';
import { optionsOf, RAISED, type Row } from './row';
import { isExceeded } from './utilization';
import { count, dollars, duration, percent, wholeDollars } from './words';

/** Messages a second that each connection gets. */
const RATES: readonly [name: string, rate: number][] = [
  ['none', 0],
  ['one an hour', 1 / 3600],
  ['one a minute', 1 / 60],
  ['one a second', 1],
];

/** Sizes of topics: one for all connections, or many with a few each. */
const SHAPES: readonly [name: string, topics: (connections: number) => number][] = [
  ['one for all', () => 1],
  ['one for 10', (connections) => Math.ceil(connections / 10)],
];

/** Connections of the tables of cost. */
const PRICED = [100, 1e3, 1e4, 1e5, 1e6];

const MOST_CONNECTIONS = 1e8;

/** Load of a comparison. */
function loadOf(entry: Entry, connections: number, rate: number, topics = 1): Load {
  return { ...DEFAULTS, entry, connections, rate, topics };
}

const BROADCASTS: readonly Row[] = [
  ...[100, 1e3, 1e4, 1e5].map((connections) => ({ connections })),
  ...[1e5, 1e6, 1e7].map((connections) => ({ connections, ...RAISED.servers })),
];

/** Table of docs/scale.md: one message to all connections of servers, in an idle system. */
export function serverTable(): string {
  return markdown(
    [
      ...['options, with `--entry servers`', 'tasks', 'half', 'all', 'limited by'],
      ...['from the stream: half, all', 'reconnect', 'highest utilization'],
    ],
    BROADCASTS.map((row) => {
      const result = estimate({ ...DEFAULTS, ...row, entry: 'servers' });
      const { broadcast, broadcastFromStream, tasks, reconnectSeconds, saturatesFirst, utilization } = result;
      return [
        optionsOf(row),
        count(tasks?.count ?? 0),
        duration(broadcast.half),
        duration(broadcast.all),
        broadcast.limit,
        `${duration(broadcastFromStream.half)}, ${duration(broadcastFromStream.all)}`,
        duration(reconnectSeconds),
        `${saturatesFirst}, ${percent(Math.max(...utilization.map(({ share }) => share)))}`,
      ];
    }),
  );
}

/** Table of docs/scale.md: the cost of both entries for a month without transfer to clients, in USD. */
export function entryCostTable(): string {
  return markdown(
    ['connections', ...RATES.flatMap(([name]) => [`${name}: API Gateway`, 'servers'])],
    PRICED.map((connections) => [
      count(connections),
      ...RATES.flatMap(([, rate]) =>
        (['apiGateway', 'servers'] as const).map((entry) =>
          wholeDollars(costWithoutTransfer(loadOf(entry, connections, rate))),
        ),
      ),
    ]),
  );
}

/** Table of docs/scale.md: the price of CloudFront for a month, and that of the same bytes without it, in USD. */
export function gatewayCostTable(): string {
  return markdown(
    ['connections', ...RATES.flatMap(([name]) => [`${name}: CloudFront`, 'internet'])],
    PRICED.map((connections) => [
      count(connections),
      ...RATES.flatMap(([, rate]) => {
        const load = loadOf('servers', connections, rate);
        return [wholeDollars(gatewayTotal(load)), wholeDollars(internetCost(load))];
      }),
    ]),
  );
}

/** Loads of the comparison with and without CloudFront. */
const COMPARED: readonly [name: string, connections: number, rate: number][] = [
  ['1,000 connections, one message each minute', 1e3, 1 / 60],
  ['100,000 connections, one message each second', 1e5, 1],
];

const COMPARED_ENTRIES: readonly [name: string, entry: Entry, gateway: Load['gateway']][] = [
  ['API Gateway API', 'apiGateway', 'none'],
  ['API Gateway API behind CloudFront', 'apiGateway', 'cloudFront'],
  ['servers', 'servers', 'none'],
  ['servers behind CloudFront', 'servers', 'cloudFront'],
];

/** Table of docs/entry-points.md: the cost of an entry for a month with the bytes to clients, in USD. */
export function comparisonTable(): string {
  return markdown(
    ['entry point, a month', ...COMPARED.flatMap(([name]) => [name, 'of this, transfer or CloudFront'])],
    COMPARED_ENTRIES.map(([name, entry, gateway]) => [
      name,
      ...COMPARED.flatMap(([, connections, rate]) => {
        const cost = entryCost({ ...loadOf(entry, connections, rate), gateway });
        return [wholeDollars(cost.total), wholeDollars(cost.transfer + cost.gateway)];
      }),
    ]),
  );
}

/** @returns the function that computes a part of the cost */
function part(name: keyof EntryCost): (load: Load) => number {
  return (load) => entryCost(load)[name];
}

const PARTS: readonly [name: string, costOf: (load: Load) => number][] = [
  ['connection minutes; load balancer with its LCUs and addresses', part('connections')],
  ['messages of API Gateway', part('messages')],
  ['functions that answer clients; tasks', part('compute')],
  ['functions that post, and their queue', part('posting')],
  ['connection table', part('table')],
  ['all', costWithoutTransfer],
];

/** Connections of the table of parts. */
const PRICED_CONNECTIONS = 30_000;

/** Table of docs/scale.md: the parts of the cost without transfer to clients, for one message a minute. */
export function entryPartsTable(): string {
  const loads = (['apiGateway', 'servers'] as const).map((entry) => loadOf(entry, PRICED_CONNECTIONS, 1 / 60));
  return markdown(
    [`${count(PRICED_CONNECTIONS)} connections, a month`, 'API Gateway', 'servers'],
    PARTS.map(([name, costOf]) => [name, ...loads.map((load) => dollars(costOf(load)))]),
  );
}

/** Table of docs/scale.md: from how many connections servers cost less, and from how many an entry exceeds a quota. */
export function choiceTable(): string {
  return markdown(
    [
      ...['messages to a connection', 'topics', 'servers cost less from'],
      ...['API Gateway exceeds a quota from', 'with raised quotas', 'servers exceed one from', 'with raised quotas'],
    ],
    RATES.flatMap(([name, rate]) =>
      (rate < 1 ? SHAPES.slice(0, 1) : SHAPES).map(([shape, topics]) => {
        const limit = (entry: Entry, raised: Row) =>
          limitOf((connections) => ({ ...loadOf(entry, connections, rate, topics(connections)), ...raised }));
        const cheaper = cheaperFrom(rate, topics);
        return [
          name,
          shape,
          cheaper === undefined ? 'never' : `${few(cheaper)} connections`,
          ...(['apiGateway', 'servers'] as const).flatMap((entry) => [limit(entry, {}), limit(entry, RAISED[entry])]),
        ];
      }),
    ),
  );
}

/** @returns the least number of connections from which servers cost less than an API Gateway API; undefined if they never do */
export function cheaperFrom(rate: number, topics: (connections: number) => number): number | undefined {
  const costOf = (entry: Entry, connections: number) =>
    entryCost(loadOf(entry, connections, rate, topics(connections))).total;
  return leastWhole(
    1,
    MOST_CONNECTIONS,
    (connections) => costOf('servers', connections) < costOf('apiGateway', connections),
  );
}

/** The least number of connections that exceeds a quota, and the quota. */
function limitOf(load: (connections: number) => Load): string {
  const exceeded = (connections: number) => estimate(load(connections)).utilization.filter(isExceeded);
  const least = leastWhole(1, MOST_CONNECTIONS, (connections) => exceeded(connections).length > 0);
  return least === undefined
    ? 'none'
    : `${few(least)}: ${exceeded(least)
        .map(({ limit }) => limit)
        .join(', ')}`;
}

/** Formats a number with two significant digits. */
function few(value: number): string {
  return count(Number(value.toPrecision(2)));
}
