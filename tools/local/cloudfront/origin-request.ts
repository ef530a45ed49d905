import type { BehaviorBlueprint, OriginBlueprint } from '../blueprint';
import { HOP_BY_HOP, type RawHeaders, without } from '../http/listener/response-headers';

/** Facts about a request that are not in its headers. */
export interface ViewerRequest {
  readonly viewerAddress: string;
  /** `1.1 d111111abcdef8.cloudfront.net (CloudFront)` */
  readonly via: string;
  readonly requestId: string;
}

/** Headers that are never passed on. `Upgrade` is added again for WebSockets. */
const REMOVED = new Set([...HOP_BY_HOP, 'expect', 'x-forwarded-proto', 'x-real-ip']);

/** Headers of the viewer that describe the body and the version of the object, which origins always receive. */
const ALWAYS = /^(content-|if-)|^accept-encoding$/i;

/** @returns the headers that the origin receives, without hop-by-hop headers */
export function originHeaders(
  headers: RawHeaders,
  forwards: BehaviorBlueprint['forwards'],
  origin: Pick<OriginBlueprint, 'domainName' | 'headers'>,
  { viewerAddress, via, requestId }: ViewerRequest,
): string[] {
  const own = Object.entries(origin.headers);
  const replaced = new Set([
    ...own.map(([name]) => name.toLowerCase()),
    ...['x-forwarded-for', 'via', 'x-amz-cf-id'],
    ...(forwards === 'all' ? [] : ['host']),
  ]);
  const forwarded = forwards === 'nothing' ? only(headers, ALWAYS) : without(headers, REMOVED);
  return [
    ...(forwards === 'all' ? [] : ['Host', origin.domainName]),
    ...(forwards === 'nothing' ? ['User-Agent', 'Amazon CloudFront'] : []),
    ...without(withoutOwn(forwarded), replaced),
    ...['X-Forwarded-For', [...valuesOf(headers, 'x-forwarded-for'), viewerAddress].join(', ')],
    ...['Via', [...valuesOf(headers, 'via'), via].join(', ')],
    ...['X-Amz-Cf-Id', requestId],
    ...own.flat(),
  ];
}

/** @returns path and query that the origin receives */
export function originPath(url: string, forwards: BehaviorBlueprint['forwards'], prefix: string): string {
  const [path = '/', ...query] = url.split('?');
  const search = forwards === 'nothing' || query.length === 0 ? '' : `?${query.join('?')}`;
  return `${prefix}${path}${search}`;
}

/** Viewers cannot set headers with the names of CloudFront's own. */
function withoutOwn(headers: RawHeaders): string[] {
  return headers.filter((_, index) => !/^x-(edge|amz-cf)-/i.test(nameAt(headers, index)));
}

function only(headers: RawHeaders, names: RegExp): string[] {
  return headers.filter((_, index) => names.test(nameAt(headers, index)));
}

function valuesOf(headers: RawHeaders, name: string): string[] {
  return headers.filter((_, index) => index % 2 === 1 && nameAt(headers, index).toLowerCase() === name);
}

function nameAt(headers: RawHeaders, index: number): string {
  return headers[index - (index % 2)] ?? '';
}
