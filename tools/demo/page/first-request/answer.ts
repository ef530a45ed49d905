import { cannotSee, type Unseen } from './cannot-see';
import type { Change } from './change';
import { changes } from './changes';
import type { Observed } from './observed';
import { alsoSlow, NOISE, type PartName, partsOf, usual } from './parts';
import { socketChanges } from './socket-changes';
import { list, milliseconds } from '../../../words';

/** Answer of the page to "Why is my first request slow?". */
export interface Answer {
  /** The answer in one or two sentences. */
  readonly sentence: string;
  /** Things to change, with the largest effect first. */
  readonly changes: readonly Change[];
  /** Limits of this measurement. */
  readonly notes: readonly string[];
  readonly unseen: readonly Unseen[];
}

const NAMES: Record<PartName, (observed: Observed) => string> = {
  connection: () => 'to opening the connection',
  preflight: () => 'to the CORS preflight',
  url: () => 'to the first use of this URL',
  server: () => "to the server's first answer",
  ahead: ({ preflight }) =>
    preflight.length > 0
      ? 'to the connection for the preflight, or a slow first preflight'
      : 'to a queue in the browser',
  hidden: () => "to the connection or the server's first answer",
};

/** A part is named from this share of the difference, and always from this number of milliseconds. */
const SHARE = 0.1;
const NAMED = 50;

/** Milliseconds from which one of the same requests is slower than the others. */
const UNEVEN = 100;

/** Milliseconds between the response and the page's code from which the page was too busy to measure well. */
const BUSY = 50;

/** Decides what the measurements mean. They must contain the first and the second request. */
export function answer(observed: Observed): Answer {
  return {
    sentence: sentence(observed),
    changes: changes(observed),
    notes: notes(observed),
    unseen: cannotSee(observed),
  };
}

function sentence(observed: Observed): string {
  const first = observed.first?.total ?? 0;
  const second = observed.again[0]?.total ?? 0;
  const took = `Your first request took ${milliseconds(first)}, the second ${milliseconds(second)}.`;
  const difference = first - usual(observed);
  if (observed.first?.serviceWorker || observed.first?.cached) {
    const who = observed.first.cached ? "the browser's cache" : 'a service worker of this page';
    return `${took} The first response came from ${who}, so this says little about the server.`;
  }
  if (difference < NOISE) {
    return second > first + NOISE
      ? `${took} The second one was slower, so this is not about the first request.`
      : `${took} This page saw no slow first request.`;
  }
  const named = Object.entries(partsOf(observed))
    .filter(([, ms]) => ms >= Math.min(NAMED, Math.max(NOISE / 2, difference * SHARE)))
    .sort(([, a], [, b]) => b - a)
    .map(
      ([name, ms], index) => `${milliseconds(ms)} ${index === 0 ? 'belong ' : ''}${NAMES[name as PartName](observed)}`,
    );
  return named.length > 0
    ? `${took} Of the difference, ${list(named)}.`
    : `${took} No single step explains the difference: measure again.`;
}

function notes(observed: Observed): string[] {
  const { first, again, request, origin } = observed;
  const server = new URL(request.url).origin;
  const all = [...(first ? [first] : []), ...again];
  const others = [
    ...new Set(again.flatMap(({ status = first?.status }) => (status === first?.status ? [] : [status]))),
  ];
  const uneven = changes(observed).some(({ id }) => id === 'cold-workers') ? 0 : alsoSlow(observed, UNEVEN).length;
  const busy = Math.max(0, ...all.map(({ late }) => late));
  const blocked = Math.max(0, ...all.map((one) => one.blocked));
  return [
    ...(observed.lost
      ? ['A later request failed, so the answer uses only the requests before it. Check that the server still runs.']
      : []),
    ...(others.length > 0
      ? [
          `Later requests got another status than the first one: ${list(others.map(String))} instead of ${first?.status}.`,
        ]
      : []),
    ...(uneven > 0
      ? [
          `${uneven} of the ${again.length} same requests after the first one took much longer than the others. A pause of this device or of the server looks like that: measure again.`,
        ]
      : []),
    ...(observed.stopped ? ['The measurement was stopped, so the answer uses only the requests that were sent.'] : []),
    ...(first?.status !== undefined && first.status >= 400
      ? [
          `The server answered with the error ${first.status}. Check the URL, the method, the headers and the body: an error can be faster than an answer.`,
        ]
      : []),
    ...(all.some(({ timing }) => !timing)
      ? [
          `This server hides the steps of its requests from this page, which sees only the start and the end. To see more, add the response header Timing-Allow-Origin: ${origin}`,
        ]
      : []),
    ...(server === origin
      ? [
          'This request has the origin of this page, so the browser sends no preflight, and the connection that loaded the page is usually open already. If the same server answers both, its process was not new.',
        ]
      : []),
    ...(observed.contactedBefore && server !== origin
      ? [
          `This page had contacted ${server} before, so the connection was probably open already, and the server's process was not new.`,
        ]
      : []),
    ...(again.some(({ cached }) => cached)
      ? ["Some later responses came from the browser's cache, so the server was not asked again."]
      : []),
    ...(all.some(({ serviceWorker }) => serviceWorker)
      ? ['A service worker of this page handles these requests. Starting it is part of the time of the first one.']
      : []),
    ...(socketIsHarmless(observed)
      ? ['The WebSocket did not slow requests: not while it was open, and not while it opened.']
      : []),
    ...(busy > BUSY || blocked > BUSY
      ? [
          `This page was busy for ${milliseconds(Math.max(busy, blocked))} while it waited for a response. The times above come from the browser and do not contain that, but a page sees its response later.`,
        ]
      : []),
  ];
}

function socketIsHarmless(observed: Observed): boolean {
  return observed.socket !== undefined && socketChanges(observed).length === 0;
}
