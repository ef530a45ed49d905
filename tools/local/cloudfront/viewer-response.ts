import type { ResponseHeadersBlueprint } from '../blueprint';
import { type RawHeaders, without } from '../http/listener/response-headers';
import type { ViewerRequest } from './origin-request';

/** @returns the headers that the viewer receives, with CloudFront's own and those of a response headers policy */
export function viewerHeaders(
  headers: RawHeaders,
  { via, requestId }: Pick<ViewerRequest, 'via' | 'requestId'>,
  policy: ResponseHeadersBlueprint = { set: [], remove: [] },
): string[] {
  const sent = new Set(headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  const removed = new Set(policy.remove);
  const kept = (name: string) => sent.has(name.toLowerCase()) && !removed.has(name.toLowerCase());
  const set = policy.set.filter(({ name, override }) => override || !kept(name));
  const replaced = new Set([...set.map(({ name }) => name.toLowerCase()), ...removed]);
  return [
    ...without(headers, replaced),
    ...set.flatMap(({ name, value }) => [name, value]),
    ...(sent.has('x-cache') ? [] : ['X-Cache', 'Miss from cloudfront']),
    ...['Via', via, 'X-Amz-Cf-Id', requestId],
  ];
}
