import type { Watched } from '../watched';
import type { Canary } from './canary';
import { shown } from './shown';

/** Parts of an operation that a canary needs. */
const NEEDED = ['httpLane', 'webSocketLane', 'delivery', 'admission'] as const;

/** @returns true if the value is a canary. In JavaScript, it can be anything, such as `true` */
export function isCanary(canary: unknown): canary is Canary {
  return typeof canary === 'object' && canary !== null && 'bind' in canary && typeof canary.bind === 'function';
}

/** @returns problems of what a canary checks, each with the value received and a fix; none without a canary */
export function canaryProblems(canary: unknown, watched: Watched): string[] {
  if (canary === undefined) {
    return [];
  }
  return isCanary(canary)
    ? [...missingProblems(watched), ...codeProblems(watched)]
    : [`canary must be a Canary, got ${shown(canary)}. Fix: use Canary.scheduled(), or remove canary`];
}

function missingProblems(watched: Watched): string[] {
  const { webSocketLane } = watched;
  const needed = NEEDED.filter((name) => name !== 'delivery' || webSocketLane?.entry.delivers !== false);
  const missing = needed.filter((name) => !watched[name]);
  return missing.length > 0
    ? [
        `canary must have both lanes, the delivery between them and their admission, got no ${missing.join(', ')}. Fix: pass ${missing.join(', ')}, or remove canary`,
      ]
    : [];
}

/** The canary uses the routes and frames of this repository. */
function codeProblems({ httpLane, webSocketLane }: Watched): string[] {
  return [
    ...(httpLane && httpLane.compute.publishesMetrics !== true
      ? [
          `canary must have an HTTP lane with the service of this package, whose routes it uses, got other code in ${httpLane.node.path}. Fix: remove canary, or the image or entry of the compute`,
        ]
      : []),
    ...(webSocketLane?.entry.delivers === false
      ? [
          `canary must have a WebSocket lane with an entry of this package, which delivers messages, got servers of another image in ${webSocketLane.node.path}. Fix: remove canary, or the image of the servers`,
        ]
      : []),
  ];
}
