import { unverified } from './facts';
import type { Result } from './simulation';
import type { Utilization } from './utilization';
import { count, duration, percent } from './words';

/** Characters of a bar that is full. */
const BAR = 24;

/** The result for a person. */
export function report(result: Result): string {
  const { scenario, latency, messages, deliveries, posts, entries, functions, utilization } = result;
  const lines: [string, string][] = [
    [
      'load',
      `${count(scenario.connections)} connections on ${count(scenario.topics)} ${scenario.topics === 1 ? 'topic' : 'topics'}, ` +
        `${count(messages.published)} published in ${duration(scenario.duration)}, ${scenario.bytes} bytes each` +
        (messages.refused > 0 ? `; ${count(messages.refused)} refused with 503` : ''),
    ],
    [
      'latency',
      latency
        ? `p50 ${duration(latency.p50)}, p95 ${duration(latency.p95)}, p99 ${duration(latency.p99)}, longest ${duration(latency.max)}`
        : 'nothing was delivered',
    ],
    [
      'deliveries',
      `${count(deliveries.made)} made, ${count(deliveries.givenUp)} given up: clients find them in the log`,
    ],
    [
      'posts',
      `${count(posts.made)} made, ${count(posts.saved)} saved by coalescing, ${count(posts.refused)} answered 429 and tried again`,
    ],
    [
      'functions',
      `${count(functions.most)} in flight at most, ${functions.mean.toFixed(1)} on average; ` +
        `${count(functions.invocations)} invocations, ${count(functions.coldStarts)} cold starts`,
    ],
    ['queue', `${count(entries.sent)} entries, of which ${count(entries.requeued)} times the rest came back`],
    ['clients', `${count(result.clientRequestsPerSecond)} requests a second, by pings and renewed connections`],
    ['reconnect', `${duration(result.reconnectSeconds)} if every connection breaks at once`],
  ];
  return [
    ...lines.map(([name, text]) => `${name.padEnd(11)} ${text}`),
    '',
    `Utilization over ${duration(result.seconds)}`,
    ...[...utilization].sort((one, other) => other.share - one.share).map(bar),
    '',
    `Saturates first: ${result.saturatesFirst}`,
    `Guesses, not measured on AWS: ${unverified()
      .map(([name, { value, unit }]) => `${name} ${value} ${unit}`)
      .join(', ')}`,
    '',
  ].join('\n');
}

function bar({ limit, share, of }: Utilization): string {
  const full = Math.min(BAR, Math.round(share * BAR));
  return `  ${limit.padEnd(21)} ${'█'.repeat(full)}${'·'.repeat(BAR - full)} ${percent(share).padStart(6)}  of ${of}`;
}
