import type { Cause } from './causes/cause';
import { causes } from './causes/causes';
import { slowestIdle, tail } from './causes/load';
import { median } from '../statistics';
import type { Measurements, Pass } from './measurements';
import { hidesColdStart, type PageModel, pageModel, total } from './model';
import { type Verdict, verdict } from './verdict';

/** The lanes and the page that were measured. */
export interface Subject {
  readonly http: URL;
  readonly websocket: URL;
  readonly path: string;
  readonly origin?: string;
}

/** Output of `--json`. Times are in milliseconds. Values that were not measured are absent. */
export interface Report {
  readonly http: string;
  readonly websocket: string;
  readonly path: string;
  readonly origin?: string;
  /** ISO 8601 in UTC. */
  readonly measuredAt: string;
  /** Model of a browser's first and second request. */
  readonly page: PageModel;
  readonly firstOverSecond?: number;
  /** 95th percentile of requests in the pass with the most load, divided by that without sockets. */
  readonly loadedOverIdle?: number;
  /** Median time to open a WebSocket: TCP, TLS and upgrade. */
  readonly handshake?: number;
  readonly causes: readonly Cause[];
  readonly verdict: Verdict;
  readonly measurements: Measurements;
}

/** Creates the report. Pure. @param complete false if the measurement was interrupted */
export function report(
  { http, websocket, path, origin }: Subject,
  now: Date,
  found: Measurements,
  complete: boolean,
): Report {
  const page = pageModel(found, origin === http.origin);
  const ranked = causes(found, page, { http, origin });
  return {
    http: http.href,
    websocket: websocket.href,
    path,
    origin,
    measuredAt: now.toISOString(),
    page,
    firstOverSecond: page.second.length > 0 ? total(page.first) / total(page.second) : undefined,
    loadedOverIdle: loadedOverIdle(found.passes),
    handshake:
      found.handshakes.length > 0
        ? median(found.handshakes.map(({ tcp, tls = 0, upgrade }) => tcp + tls + upgrade))
        : undefined,
    causes: ranked,
    verdict: verdict(ranked, complete, hidesColdStart(found.runs)),
    measurements: found,
  };
}

function loadedOverIdle(passes: readonly Pass[]): number | undefined {
  const idle = slowestIdle(passes);
  const loaded = passes.filter(({ name }) => name !== 'idle');
  const heaviest = loaded.filter(({ name, ms }) => name === loaded.at(-1)?.name && ms.length > 0);
  return idle && heaviest.length > 0 ? Math.min(...heaviest.map(tail)) / tail(idle) : undefined;
}
