import type { Estimate, Tasks } from './estimate';
import { unverified } from './facts';
import { isExceeded, type Utilization } from './utilization';
import { count, duration, percent, wholeDollars } from './words';

/** Width of a full bar, in characters. */
const BAR = 24;

/** Renders the estimate as text. */
export function report(result: Estimate): string {
  const { load, broadcast, broadcastFromStream, afterPause, utilization, tasks } = result;
  const lines: [string, string][] = [
    [
      'load',
      `${count(load.connections)} connections on ${count(load.topics)} ${load.topics === 1 ? 'topic' : 'topics'}, ` +
        `${Number(load.rate.toPrecision(3))} messages a second on each, ${load.bytes} bytes each`,
    ],
    [
      'broadcast',
      broadcast.all === Number.POSITIVE_INFINITY
        ? 'not possible: the requests of clients alone exceed the quota'
        : `after a pause, one message reaches half of its topic in ${duration(broadcast.half)}, all in ${duration(broadcast.all)}; limited by ${broadcast.limit}`,
    ],
    [
      'otherwise',
      broadcastFromStream.all === Number.POSITIVE_INFINITY
        ? 'not possible'
        : `half in ${duration(broadcastFromStream.half)}, all in ${duration(broadcastFromStream.all)}, from the stream; ${percent(afterPause)} of the messages follow a pause`,
    ],
    [
      'posts',
      `${count(result.postsPerSecond)} a second${load.entry === 'servers' ? ' to tasks' : ''}, ${percent(result.postsSaved)} saved by batches`,
    ],
    ...(tasks ? [['tasks', tasksLine(tasks)] satisfies [string, string]] : []),
    ['clients', `${count(result.clientRequestsPerSecond)} requests a second for pings and renewed connections`],
    ['reconnect', `${duration(result.reconnectSeconds)} if all connections break at the same time`],
    ['sustained', sustained(result)],
    ['cost', costLine(result)],
  ];
  return [
    ...lines.map(([name, text]) => `${name.padEnd(11)} ${text}`),
    '',
    'Utilization',
    ...[...utilization].sort((one, other) => other.share - one.share).map(bar),
    '',
    `Assumptions, not measured on AWS: ${unverified()
      .map(([name, { value, unit }]) => `${name} ${value} ${unit}`)
      .join(', ')}`,
    '',
  ].join('\n');
}

function tasksLine({ count: tasks, connections, cpu, lcus }: Tasks): string {
  return `${count(tasks)}, which use ${percent(connections)} of their connections and ${percent(cpu)} of their CPU; ${lcus.toFixed(1)} LCUs of the load balancer`;
}

function costLine({ load, cost }: Estimate): string {
  const bytes =
    load.gateway === 'cloudFront'
      ? `${wholeDollars(cost.gateway)} for CloudFront with its transfer to clients`
      : `${wholeDollars(cost.transfer)} for transfer to clients over the internet`;
  return `${wholeDollars(cost.total)} a month for the entry and its posts, in us-east-1, including ${bytes}`;
}

function sustained({ load, utilization, shortestBatchingWindow }: Estimate): string {
  const exceeded = utilization.filter(isExceeded).map(({ limit }) => limit);
  if (exceeded.length === 0) {
    return 'yes';
  }
  const window =
    shortestBatchingWindow !== undefined && shortestBatchingWindow > load.maxBatchingWindow
      ? `--max-batching-window ${shortestBatchingWindow}, or a higher quota`
      : 'request a higher quota, or lower the load';
  return `no: ${exceeded.join(', ')}. Fix: ${window}`;
}

function bar({ limit, share, of }: Utilization): string {
  const full = Math.min(BAR, Math.round(share * BAR));
  return `  ${limit.padEnd(21)} ${'█'.repeat(full)}${'·'.repeat(BAR - full)} ${percent(share).padStart(6)}  of ${of}`;
}
