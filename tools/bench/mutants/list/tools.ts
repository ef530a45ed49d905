import type { Mutant } from '../mutant';

export const tools: readonly Mutant[] = [
  {
    file: 'tools/probe/diagnosis/diagnose.ts',
    bug: 'a probe that stopped early exits with the code of a complete one',
    find: 'if (stopped !== undefined) {',
    replace: 'if (stopped === undefined) {',
  },
  {
    file: 'tools/probe/diagnosis/undecided.ts',
    bug: 'a process that may have answered requests before counts as fresh',
    find: 'return plan.fresh || seen ||',
    replace: 'return !plan.fresh || seen ||',
  },
  {
    file: 'tools/probe/diagnosis/first-request/attribution.ts',
    bug: 'the time of a new URL counts for the process, too',
    find: 'const first = own.first.ms - connection - url;',
    replace: 'const first = own.first.ms - connection;',
  },
  {
    file: 'tools/probe/diagnosis/first-request/attribution.ts',
    bug: 'a burst that waits in line counts as cold workers',
    find: 'ms > slowest + threshold',
    replace: 'ms > threshold',
  },
  {
    file: 'tools/probe/diagnosis/load/compare.ts',
    bug: 'requests count as isolated although their slowest tenth is slower',
    find: 'notSlower(mean) && notSlower(p90)',
    replace: 'notSlower(mean)',
  },
  {
    file: 'tools/probe/steps/preflight.ts',
    bug: 'a wildcard in Access-Control-Allow-Headers also allows a token',
    find: "&& name !== 'authorization'",
    replace: '',
  },
  {
    file: 'tools/probe/network/connection.ts',
    bug: 'the time of the TLS handshake contains that of TCP',
    find: 'clock.now() - start - tcp;',
    replace: 'clock.now() - start;',
  },
  {
    file: 'tools/probe/network/name.ts',
    bug: 'a lookup takes as long as its faster family',
    find: 'Math.max(...families.map((one) => one.ms))',
    replace: 'Math.min(...families.map((one) => one.ms))',
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
    find: 'maxBatchingWindow: window }) <= left',
    replace: 'maxBatchingWindow: window }) <= load.requestsPerSecond',
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
