import { exchange } from './exchange';
import { Forbidden } from './forbidden';
import type { Exchange, Failure, Observed } from './observed';
import { newUrlCosts, NOISE, restsCost } from './parts';
import { type PageRequest, reasonsForPreflight, simplified, withNewUrl } from './request';
import { besideSocket } from './socket';

/** Requests after the second one. */
const MORE = 5;

/** Requests with and without a preflight, for its estimate. */
const PAIRS = 3;

/** Seconds without a request. Longer than the 5 seconds for which many servers keep a connection, and browsers a preflight. */
const REST = 6;

export interface Order {
  readonly request: PageRequest;
  readonly websocket?: string;
  /** True to measure after a rest, too. */
  readonly rest: boolean;
}

/** A request that failed although the first one did not. `observed` contains the results before it. */
export class LostServer extends Error {}

/** Origins that this page has contacted, including those whose entries were deleted. */
const contacted = new Set<string>();

/**
 * Sends the requests one after the other, with the user's own request first, and adds the results to `observed`.
 *
 * @param progress - called with the current step
 * @returns the reason if the first request failed and nothing else can be measured
 */
export async function measure(
  { websocket, rest }: Order,
  observed: Observed,
  signal: AbortSignal,
  progress: (step: string) => void,
): Promise<Failure | undefined> {
  const { request, preflight } = observed;
  observed.contactedBefore = contactedBefore(request.url);
  contacted.add(new URL(request.url).origin);
  let mode: 'cors' | 'no-cors' = 'cors';
  // With `no-store`, browsers also ignore the results of earlier preflights.
  const cache = preflight.length > 0 ? 'default' : 'no-store';
  const send = async (sent: PageRequest): Promise<Exchange> => {
    const result = await exchange(sent, { mode, cache }, signal);
    if (result.outcome === 'failed' && observed.first) {
      throw new LostServer('A request after the first one failed.');
    }
    return result;
  };
  const sendSimple = (sent: PageRequest, simpleMode: typeof mode) =>
    exchange(simplified(sent), { mode: simpleMode, cache: 'no-store' }, signal);
  const fresh = () => withNewUrl(request, crypto.randomUUID());

  progress('Sending your request for the first time');
  const forbidden = new Forbidden(request.url);
  observed.first = await send(request).finally(() => forbidden.end());
  if (observed.first.outcome === 'failed') {
    if (forbidden.seen) {
      return 'forbidden';
    }
    if (!navigator.onLine) {
      return 'offline';
    }
    progress('The request failed. Checking whether the server answers at all');
    if ((await sendSimple(request, 'no-cors')).outcome === 'failed') {
      return 'no response';
    }
    observed.refused = true;
    if (preflight.length > 0) {
      return 'refused';
    }
    mode = 'no-cors';
  }
  progress('Sending it again');
  for (let count = 0; count <= MORE; count += 1) {
    observed.again.push(await send(request));
  }
  progress('Sending it to a new URL, twice');
  const other = fresh();
  observed.newUrl.push(await send(other));
  observed.newUrl.push(await send(other));
  // A pause of the machine is not repeated.
  while (observed.otherUrls.length < PAIRS - 1 && newUrlCosts(observed) >= NOISE) {
    observed.otherUrls.push(await send(fresh()));
  }
  if (preflight.length > 0) {
    progress('Comparing it with a request that needs no preflight');
    for (let count = 0; count < PAIRS; count += 1) {
      // Its status shows if the server does with it what it does with the other request.
      observed.simple.push(await sendSimple(fresh(), 'cors'));
    }
  }
  if (websocket) {
    observed.socket = await besideSocket(websocket, async () => (await send(request)).total, signal, progress);
  }
  const simple = () => sendSimple(request, 'cors');
  while (rest && (observed.rests.length === 0 || (observed.rests.length === 1 && seemsSlow(observed)))) {
    const purpose = observed.rests.length === 0 ? 'then sending it once more' : 'because the last one was slow';
    progress(`Waiting ${REST} seconds, ${purpose}`);
    await wait(REST * 1_000, signal);
    observed.rests.push({
      seconds: REST,
      ...(preflight.length > 0 && { simple: await simple() }),
      same: await send(request),
    });
  }
  return undefined;
}

/** @returns an empty result for a request of this page */
export function nothingObserved(request: PageRequest): Observed {
  return {
    request,
    origin: location.origin,
    preflight: reasonsForPreflight(request, location.origin),
    contactedBefore: false,
    refused: false,
    again: [],
    newUrl: [],
    otherUrls: [],
    simple: [],
    rests: [],
    lost: false,
    stopped: false,
  };
}

function contactedBefore(url: string): boolean {
  const { origin } = new URL(url);
  const names = performance.getEntriesByType('resource').map(({ name }) => name);
  return origin === location.origin || contacted.has(origin) || names.some((name) => new URL(name).origin === origin);
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** @returns true if a request after a rest was slow and must be repeated, because a pause of the machine looks the same */
function seemsSlow(observed: Observed): boolean {
  const { reopening, preflight } = restsCost(observed);
  return Math.max(reopening, preflight) >= NOISE;
}
