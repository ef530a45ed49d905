import { unverified } from './facts';
import type { Result } from './simulation';
import type { Utilization } from './utilization';
import { count, duration, percent } from './words';

/** Width of a full bar, in characters. */
const BAR = 24;

/** Renders the result as text. */
export function report(result: Result): string {
  const { scenario, latency, messages, deliveries, posts, entries, functions, utilization } = result;
  const lines: [string, string][] = [
    [
      'load',
      `${count(scenario.connections)} connections on ${count(scenario.topics)} ${scenario.topics === 1 ? 'topic' : 'topics'}, ` +
        `${count(messages.published)} published in ${duration(scenario.duration)}, ${scenario.bytes} bytes each` +
        (messages.rejected > 0 ? `; ${count(messages.rejected)} rejected with 503` : ''),
    ],
    [
      'latency',
      latency
        ? `p50 ${duration(latency.p50)}, p95 ${duration(latency.p95)}, p99 ${duration(latency.p99)}, max ${duration(latency.max)}`
        : 'no message was delivered',
    ],
    [
      'deliveries',
      `${count(deliveries.made)} made, ${count(deliveries.givenUp)} given up (clients read them from the log)`,
    ],
    [
      'posts',
      `${count(posts.made)} made, ${count(posts.saved)} saved by coalescing, ${count(posts.throttled)} attempts answered 429 and repeated`,
    ],
    [
      'functions',
      `at most ${count(functions.most)} concurrent, ${functions.mean.toFixed(1)} on average; ` +
        `${count(functions.invocations)} invocations, ${count(functions.coldStarts)} cold starts`,
    ],
    ['queue', `${count(entries.sent)} entries sent, ${count(entries.requeued)} rests requeued`],
    ['clients', `${count(result.clientRequestsPerSecond)} requests a second for pings and renewed connections`],
    ['reconnect', `${duration(result.reconnectSeconds)} if all connections break at the same time`],
  ];
  return [
    ...lines.map(([name, text]) => `${name.padEnd(11)} ${text}`),
    '',
    `Utilization over ${duration(result.seconds)}`,
    ...[...utilization].sort((one, other) => other.share - one.share).map(bar),
    '',
    `Saturates first: ${result.saturatesFirst}`,
    `Assumptions, not measured on AWS: ${unverified()
      .map(([name, { value, unit }]) => `${name} ${value} ${unit}`)
      .join(', ')}`,
    '',
  ].join('\n');
}

function bar({ limit, share, of }: Utilization): string {
  const full = Math.min(BAR, Math.round(share * BAR));
  return `  ${limit.padEnd(21)} ${'█'.repeat(full)}${'·'.repeat(BAR - full)} ${percent(share).padStart(6)}  of ${of}`;
}
