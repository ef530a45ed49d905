import type { Mutant } from '../mutant';

export const tools: readonly Mutant[] = [
  {
    file: 'tools/probe/verdict.ts',
    bug: 'the exit code is 0 for a server that closes the connection after each response',
    find: "const warm = faults.every(({ to }) => to === 'request under load');",
    replace: "const warm = faults.every(({ to }) => to !== 'first request');",
  },
  {
    file: 'tools/probe/pass.ts',
    bug: 'a request that a rate limit refuses under load counts as answered',
    find: 'status === 429 || status >= 500',
    replace: 'status >= 500',
  },
  {
    file: 'tools/probe/passes.ts',
    bug: 'the storm comes although silent sockets already stall requests',
    find: 'if (silent.stalled === 0) {',
    replace: 'if (silent.stalled >= 0) {',
  },
  {
    file: 'tools/probe/preflight.ts',
    bug: 'a wildcard in Access-Control-Allow-Headers also allows a token',
    find: "(name === 'authorization' || !listed.includes('*'))",
    replace: "!listed.includes('*')",
  },
  {
    file: 'tools/probe/connection.ts',
    bug: 'the time of the TLS handshake contains that of TCP',
    find: 'clock.now() - start - tcp;',
    replace: 'clock.now() - start;',
  },
  {
    file: 'tools/probe/persistent-connection.ts',
    bug: 'the time of a response contains that of a new connection',
    find: 'clock.now() - start - opening;',
    replace: 'clock.now() - start;',
  },
  {
    file: 'tools/probe/name.ts',
    bug: 'a lookup takes as long as its faster family',
    find: 'Math.max(...families.map((one) => one.ms))',
    replace: 'Math.min(...families.map((one) => one.ms))',
  },
  {
    file: 'tools/probe/storm.ts',
    bug: 'one socket sends all frames of the storm',
    find: 'this.open[sent % this.open.length]',
    replace: 'this.open[0]',
  },
  {
    file: 'tools/verify/checks/certificates.ts',
    bug: 'a certificate with capital letters in its names covers no host',
    find: 'covers(name.toLowerCase(), host)',
    replace: 'covers(name, host)',
  },
  {
    file: 'tools/verify/checks/scaling.ts',
    bug: 'lanes that share a function through two aliases count as separate',
    find: ".split(':').slice(0, 2)",
    replace: ".split(':').slice(0, 3)",
  },
  {
    file: 'tools/verify/checks/event-sources.ts',
    bug: 'only the first page of the event source mappings is read',
    find: 'Marker = page.NextMarker;',
    replace: 'Marker = undefined;',
  },
  {
    file: 'tools/verify/checks/websocket-api.ts',
    bug: 'an API that is mapped below a path of the domain passes',
    find: ' && !to.ApiMappingKey',
    replace: '',
  },
  {
    file: 'tools/preflight/deployed-stack.ts',
    bug: 'a resource that a deleted stack has kept counts as its own, so its name is no conflict',
    find: "['DELETE_COMPLETE', 'DELETE_SKIPPED']",
    replace: "['DELETE_COMPLETE']",
  },
  {
    file: 'tools/preflight/checks/quotas.ts',
    bug: 'a reservation passes that leaves less unreserved concurrency than Lambda requires',
    find: 'needed + UNRESERVED_CONCURRENCY <= unreserved',
    replace: 'needed <= unreserved',
  },
  {
    file: 'tools/preflight/checks/hosted-zone.ts',
    bug: 'the zone example.com contains badexample.com',
    find: 'host.endsWith(`.${zone.name}`)',
    replace: 'host.endsWith(zone.name)',
  },
  {
    file: 'tools/scale/estimate.ts',
    bug: 'the shortest batching window leaves no requests for clients',
    find: '.postsPerSecond <= left',
    replace: '.postsPerSecond <= load.requestsPerSecond',
  },
  {
    file: 'tools/scale/report.ts',
    bug: 'the report suggests a batching window that is set already, against a limit that no window helps',
    find: 'shortestBatchingWindow !== undefined && shortestBatchingWindow > load.maxBatchingWindow',
    replace: 'shortestBatchingWindow !== undefined',
  },
  {
    file: 'tools/check/tier.ts',
    bug: 'npm test passes although jest itself failed in one tier',
    find: "sum('failed', files) + broken.length",
    replace: "sum('failed', files)",
  },
  {
    file: 'tools/demo/page/latencies.ts',
    bug: 'a response with the status 503 is no failure in the load test of the page',
    find: 'this.failed += response.ok ? 0 : 1;',
    replace: '',
  },
  {
    file: 'tools/demo/page/timing.ts',
    bug: 'without TLS, the waterfall of the page shows a TLS phase since the start of the page',
    find: 'timing.secureConnectionStart > 0 ? timing.connectEnd - timing.secureConnectionStart : 0',
    replace: 'timing.connectEnd - timing.secureConnectionStart',
  },
];
