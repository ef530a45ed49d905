import type { Exchange } from './observed';
import type { PageRequest } from './request';

/** Milliseconds after which a request without a response has failed. */
const TIMEOUT = 30_000;

/** Milliseconds to wait for the browser's entry of a request that has ended. It can have none. */
const PATIENCE = 500;

/** Sends a request, reads its response to the end, and returns what the browser measured. Rejects only if `signal` aborts. */
export async function exchange(
  request: PageRequest,
  { mode, cache }: { mode: 'cors' | 'no-cors'; cache: 'default' | 'no-store' },
  signal: AbortSignal,
): Promise<Exchange> {
  const watch = new Watch(request.url);
  const start = performance.now();
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      credentials: request.credentials,
      mode,
      cache,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    });
    await readToEnd(response);
    return await watch.result(start, performance.now(), response);
  } catch {
    signal.throwIfAborted();
    return await watch.result(start, performance.now());
  } finally {
    watch.end();
  }
}

/** An event stream has no end: only its start is measured. */
async function readToEnd(response: Response): Promise<void> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel();
  } else {
    await response.arrayBuffer();
  }
}

/** Watches the browser's measurements of one request, which must be the only one to its URL. */
class Watch {
  private entry: PerformanceResourceTiming | undefined;
  private readonly tasks: PerformanceEntry[] = [];
  private readonly observers: PerformanceObserver[];
  private found = () => {};

  constructor(url: string) {
    const began = performance.now();
    const name = url.replace(/#.*$/, '');
    const resources = new PerformanceObserver((list) => {
      const entries = list.getEntriesByName(name) as PerformanceResourceTiming[];
      this.entry ??= entries.find(({ startTime, initiatorType }) => startTime >= began && initiatorType === 'fetch');
      this.found();
    });
    resources.observe({ type: 'resource' });
    const tasks = new PerformanceObserver((list) => this.tasks.push(...list.getEntries()));
    if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
      tasks.observe({ type: 'longtask' });
    }
    this.observers = [resources, tasks];
  }

  async result(start: number, settled: number, response?: Response): Promise<Exchange> {
    const entry = await this.measured();
    const end = entry?.responseEnd || settled;
    return {
      outcome: response ? (response.type === 'opaque' ? 'hidden' : 'answered') : 'failed',
      status: response?.status || undefined,
      total: end - (entry?.startTime ?? start),
      timing: entry && entry.requestStart > 0 ? entry : undefined,
      late: settled - end,
      blocked: this.tasks
        .filter(({ startTime, duration }) => startTime < settled && startTime + duration > start)
        .reduce((sum, { duration }) => sum + duration, 0),
      serviceWorker: (entry?.workerStart ?? 0) > 0,
      cached: entry !== undefined && entry.requestStart > 0 && entry.transferSize === 0,
      redirectedTo: response?.redirected ? response.url : undefined,
      serverTiming: (entry?.serverTiming ?? []).map(({ name, description, duration }) => ({
        name: description || name,
        milliseconds: duration,
      })),
    };
  }

  end(): void {
    for (const observer of this.observers) {
      observer.disconnect();
    }
  }

  private async measured(): Promise<PerformanceResourceTiming | undefined> {
    if (!this.entry) {
      await new Promise<void>((resolve) => {
        this.found = () => this.entry && resolve();
        setTimeout(resolve, PATIENCE);
      });
    }
    return this.entry;
  }
}
