import type { PageRequest } from '../plan';
import type { Request } from './persistent-connection';

/** The page's request as it is sent, or the same for another path. */
export function pageRequest(
  { url, method, headers, body, origin }: PageRequest,
  path = url.pathname + url.search,
): Request {
  return { method, path, headers: { ...(origin && { origin }), ...headers }, ...(body !== undefined && { body }) };
}
