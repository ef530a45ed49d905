import { type Estimate, estimate } from './estimate';
import { costTable } from './cost-table';
import {
  choiceTable,
  comparisonTable,
  entryCostTable,
  entryPartsTable,
  gatewayCostTable,
  serverTable,
} from './entry-tables';
import { DEFAULTS } from './load';
import { markdown } from './markdown';
import { memoryTable } from './memory-table';
import { optionsOf, RAISED, type Row } from './row';
import { ON_SERVERS, ONE_SHARD, stepTable } from './step-table';
import { isExceeded } from './utilization';
import { count, duration, percent } from './words';

/** One message to all connections, for several numbers of connections. */
const BROADCASTS: readonly Row[] = [
  ...[100, 1e3, 1e4, 1e5, 1e6, 1e7].map((connections) => ({ connections })),
  ...[1e5, 1e6, 1e7].map((connections) => ({ connections, ...RAISED.apiGateway })),
];

/** Continuous messages, at rates below and above what can be sustained, with and without batching. */
const STREAMS: readonly Row[] = [
  { connections: 1e3, rate: 5 },
  { connections: 1e3, rate: 50 },
  { connections: 1e3, rate: 400 },
  { connections: 1e4, rate: 0.5 },
  { connections: 1e4, rate: 5 },
  { connections: 1e4, rate: 5, maxBatchingWindow: 2 },
  { connections: 1e5, rate: 1 },
  { connections: 1e5, rate: 1, maxBatchingWindow: 15 },
  { connections: 1e6, rate: 1, maxBatchingWindow: 20, ...RAISED.apiGateway },
];

/** Tables of docs/scale.md, then one of docs/entry-points.md, and at last one of docs/delivery.md, in Markdown. */
export function tables(): string {
  return [
    ...[broadcasts(), streams(), memoryTable(), costTable()],
    ...[stepTable(ON_SERVERS), serverTable(), entryCostTable(), entryPartsTable(), gatewayCostTable(), choiceTable()],
    comparisonTable(),
    stepTable(ONE_SHARD),
  ].join('\n');
}

function broadcasts(): string {
  return markdown(
    ['options', 'half', 'all', 'limited by', 'from the stream: half, all', 'reconnect', 'requests of clients'],
    BROADCASTS.map((row) => {
      const { load, broadcast, broadcastFromStream, reconnectSeconds, clientRequestsPerSecond } = estimate({
        ...DEFAULTS,
        ...row,
      });
      const time = (seconds: number) => (seconds === Number.POSITIVE_INFINITY ? 'never' : duration(seconds));
      return [
        optionsOf(row),
        time(broadcast.half),
        time(broadcast.all),
        broadcast.limit,
        `${time(broadcastFromStream.half)}, ${time(broadcastFromStream.all)}`,
        duration(reconnectSeconds),
        `${percent(clientRequestsPerSecond / load.requestsPerSecond)} of the quota`,
      ];
    }),
  );
}

function streams(): string {
  return markdown(
    ['options', 'posts a second', 'posts saved', 'highest utilization', 'sustained', 'shortest window'],
    STREAMS.map((row) => {
      const result = estimate({ ...DEFAULTS, ...row });
      const share = highest(result);
      return [
        optionsOf(row),
        count(result.postsPerSecond),
        percent(result.postsSaved),
        `${result.saturatesFirst}, ${percent(share)}`,
        result.utilization.some(isExceeded) ? 'no' : 'yes',
        result.shortestBatchingWindow === undefined ? 'none' : `${result.shortestBatchingWindow} s`,
      ];
    }),
  );
}

function highest({ utilization }: Estimate): number {
  return Math.max(...utilization.map(({ share }) => share));
}
