import type { Exchange, Observed } from '../../../../tools/demo/page/first-request/observed';
import type { PageRequest } from '../../../../tools/demo/page/first-request/request';

export const PAGE = 'http://localhost:5500';

export const GET: PageRequest = {
  url: 'https://api.example.com/items',
  method: 'GET',
  headers: {},
  credentials: 'same-origin',
};

export const POST: PageRequest = {
  ...GET,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{}',
};

/** Milliseconds of the steps of a request, in their order. */
interface Steps {
  readonly ahead?: number;
  readonly connect?: number;
  readonly server?: number;
}

/** @returns a request of which the page sees all steps */
export function seen({ ahead = 0, connect = 0, server = 5 }: Steps, others: Partial<Exchange> = {}): Exchange {
  const [began, opened, ended] = [1_000 + ahead, 1_000 + ahead + connect, 1_000 + ahead + connect + server];
  return {
    outcome: 'answered',
    status: 200,
    total: ended - 1_000,
    timing: {
      startTime: 1_000,
      domainLookupStart: began,
      domainLookupEnd: began,
      connectStart: began,
      secureConnectionStart: 0,
      connectEnd: opened,
      requestStart: opened,
      responseStart: ended,
      responseEnd: ended,
    },
    late: 1,
    blocked: 0,
    serviceWorker: false,
    cached: false,
    serverTiming: [],
    ...others,
  };
}

/** @returns a request of which the page sees only the start and the end */
export function hidden(total: number, others: Partial<Exchange> = {}): Exchange {
  return { ...seen({ server: total }), timing: undefined, ...others };
}

/** @returns the measurements of a fast server, with some of them replaced */
export function observed(replaced: Partial<Observed>): Observed {
  const fast = seen({});
  return {
    request: GET,
    origin: PAGE,
    preflight: [],
    contactedBefore: false,
    refused: false,
    first: fast,
    again: [fast, fast, fast, fast, fast, fast],
    newUrl: [fast, fast],
    otherUrls: [],
    simple: [],
    rests: [],
    lost: false,
    stopped: false,
    ...replaced,
  };
}
