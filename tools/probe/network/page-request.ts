import type { PageRequest } from '../plan';
import type { Request } from './channel';

/** The page's request as a browser sends it, or the same for another path. */
export function pageRequest(request: PageRequest, path = request.url.pathname + request.url.search): Request {
  const { method, headers, body } = request;
  return {
    method,
    path,
    headers: { ...(sendsOrigin(request) && { origin: request.origin }), ...headers },
    ...(body !== undefined && { body }),
  };
}

/** A browser sends the origin with every request to another one, and to its own except with GET and HEAD. */
function sendsOrigin({ origin, url, method }: PageRequest): boolean {
  return origin !== undefined && (origin !== url.origin || (method !== 'GET' && method !== 'HEAD'));
}
