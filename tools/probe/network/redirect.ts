import type { IncomingHttpHeaders } from 'node:http';
import type { PageRequest } from '../plan';

/** Maximum number of redirects that the probe follows. A browser follows 20. */
export const MAX_REDIRECTS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** @returns true if a browser requests another URL after this response */
export function isRedirect({ status, headers }: Answer): boolean {
  return REDIRECTS.has(status) && headers.location !== undefined;
}

/** URL to which the response redirects. Undefined if it does not, or not to a URL of HTTP. */
export function redirectTarget(answer: Answer, from: URL): URL | undefined {
  const { location = '' } = answer.headers;
  if (!isRedirect(answer) || !URL.canParse(location, from.href)) {
    return undefined;
  }
  const target = new URL(location, from);
  target.hash = '';
  return target.protocol === 'http:' || target.protocol === 'https:' ? target : undefined;
}

/** Headers that describe a body. */
const OF_THE_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type'];

/**
 * The request after a redirect, according to the Fetch standard: a POST can become a GET, another origin gets no
 * authorization, and the page's origin becomes `null` if the redirect crosses two origins.
 */
export function redirected(request: PageRequest, status: number, url: URL): PageRequest {
  const { url: from, method, origin } = request;
  const becomesGet =
    ((status === 301 || status === 302) && method === 'POST') ||
    (status === 303 && method !== 'GET' && method !== 'HEAD');
  const crosses = url.origin !== from.origin;
  const dropped = [
    ...(becomesGet ? OF_THE_BODY : []),
    ...(crosses ? ['authorization'] : []),
    // Cookies belong to a host.
    ...(url.hostname === from.hostname ? [] : ['cookie']),
  ];
  const tainted = crosses && origin !== undefined && origin !== from.origin;
  return {
    ...request,
    url,
    ...(becomesGet && { method: 'GET', body: undefined }),
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.includes(name))),
    ...(tainted && { origin: 'null' }),
  };
}
