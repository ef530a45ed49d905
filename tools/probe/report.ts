import type { Cause } from './causes/cause';
import { causes } from './causes/causes';
import { slowestIdle, tail } from './causes/load';
import { median } from '../statistics';
import type { Measurements, Pass } from './measurements';
import { hidesColdStart, type PageModel, pageModel, total } from './model';
import { type Verdict, verdict } from './verdict';

/** What was asked about. */
export interface Subject {
  readonly api: URL;
  readonly ws: URL;
  readonly path: string;
  readonly origin?: string;
}

/** What `--json` prints. Times are in milliseconds; what was not measured is absent. */
export interface Report {
  readonly api: string;
  readonly ws: string;
  readonly path: string;
  readonly origin?: string;
  /** ISO 8601 in UTC. */
  readonly measuredAt: string;
  /** What a browser's first and second request would cost. */
  readonly page: PageModel;
  readonly firstOverSecond?: number;
  /** 95th percentile of requests in the heaviest pass, over that without sockets. */
  readonly loadedOverIdle?: number;
  /** Median of a WebSocket's opening: TCP, TLS and upgrade. */
  readonly handshake?: number;
  readonly causes: readonly Cause[];
  readonly verdict: Verdict;
  readonly measurements: Measurements;
}

/** Concludes; pure. @param complete false if it was interrupted */
export function report({ api, ws, path, origin }: Subject, now: Date, found: Measurements, complete: boolean): Report {
  const page = pageModel(found, origin === api.origin);
  const ranked = causes(found, page, { api, origin });
  return {
    api: api.href,
    ws: ws.href,
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
