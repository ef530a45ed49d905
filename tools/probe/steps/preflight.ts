import type { IncomingHttpHeaders } from 'node:http';
import { SAFE_METHODS, unsafeHeaders } from '../../fetch-rules';
import { CHROMIUM_MAX_CACHE_TIME, DEFAULT_CACHE_TIME } from '../diagnosis/thresholds';
import type { Preflight } from '../measurements';
import type { Request } from '../network/channel';
import type { PageRequest } from '../plan';

/** @returns true if the request goes to another origin than that of the page */
function isCrossOrigin({ origin, url }: PageRequest): boolean {
  return origin !== undefined && origin !== url.origin;
}

/** @returns true if a browser sends a preflight before the request, according to the Fetch standard */
export function needsPreflight(request: PageRequest): boolean {
  return (
    isCrossOrigin(request) && (!SAFE_METHODS.includes(request.method) || unsafeHeaders(request.headers).length > 0)
  );
}

/** The preflight of a request, without cookies, as every browser sends it. */
export function preflightRequest({ url, method, headers, origin = 'null' }: PageRequest): Request {
  const asked = unsafeHeaders(headers);
  return {
    method: 'OPTIONS',
    path: url.pathname + url.search,
    headers: {
      origin,
      'access-control-request-method': method,
      ...(asked.length > 0 && { 'access-control-request-headers': asked.join(',') }),
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Why a browser does not send the request after this preflight response. One sentence with a fix, or undefined if it does. */
export function preflightRefusal(answer: Answer, request: PageRequest): string | undefined {
  const reason = reasonToRefuse(answer, request);
  return (
    reason &&
    `A page of ${request.origin} cannot send this request: the preflight response ${reason[0]}. Fix: ${reason[1]}.`
  );
}

/**
 * Why a browser hides the response from the page. One sentence with a fix, or undefined if it does not.
 *
 * @param headers of the response to the page's own request, names in lower case
 */
export function unreadable(headers: IncomingHttpHeaders, request: PageRequest): string | undefined {
  const reason = isCrossOrigin(request) ? notShared(headers, request) : undefined;
  return reason && `A page of ${request.origin} cannot read the response: it ${reason[0]}. Fix: ${reason[1]}.`;
}

/** Seconds for which the preflight response is cached, by its own header and in Chromium. */
export function cacheTime(headers: IncomingHttpHeaders): Pick<Preflight, 'maxAge' | 'cachedFor'> {
  const value = headers['access-control-max-age'];
  const maxAge = value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  return {
    ...(maxAge !== undefined && { maxAge }),
    cachedFor: Math.min(maxAge ?? DEFAULT_CACHE_TIME, CHROMIUM_MAX_CACHE_TIME),
  };
}

/** Property that a browser does not accept, and how to change it. */
type Reason = readonly [problem: string, fix: string];

function reasonToRefuse({ status, headers }: Answer, request: PageRequest): Reason | undefined {
  const hidden = notShared(headers, request);
  if (status < 200 || status > 299) {
    // Some frameworks answer an origin that they do not allow with 400 or 403.
    return status === 401
      ? ['has the status 401', 'let the API answer OPTIONS without authentication, because browsers send none with it']
      : [
          `has the status ${status}`,
          `let the API answer OPTIONS for the origin ${request.origin} (CORS), or correct --origin`,
        ];
  }
  if (hidden) {
    return hidden;
  }
  const wildcard = request.credentials !== 'include';
  const methods = list(headers['access-control-allow-methods']);
  if (
    !SAFE_METHODS.includes(request.method) &&
    !methods.includes(request.method) &&
    !(wildcard && methods.includes('*'))
  ) {
    return [`does not allow the method ${request.method}`, `add ${request.method} to Access-Control-Allow-Methods`];
  }
  const allowed = list(headers['access-control-allow-headers']).map((name) => name.toLowerCase());
  const missing = unsafeHeaders(request.headers).find(
    // The wildcard does not include the token.
    (name) => !allowed.includes(name) && !(wildcard && allowed.includes('*') && name !== 'authorization'),
  );
  return missing === undefined
    ? undefined
    : [`does not allow the header ${missing}`, `add ${missing} to Access-Control-Allow-Headers`];
}

/** The CORS check of the Fetch standard, for both responses. */
function notShared(headers: IncomingHttpHeaders, { origin = 'null', credentials }: PageRequest): Reason | undefined {
  const allowed = headers['access-control-allow-origin'];
  if (allowed === undefined) {
    return ['has no Access-Control-Allow-Origin', `allow the origin ${origin} in the API (CORS), or correct --origin`];
  }
  if (credentials !== 'include') {
    return allowed === '*' || allowed === origin ? undefined : otherOrigin(allowed, origin);
  }
  if (allowed === '*') {
    return [
      'allows every origin with *, which a request with credentials must not use',
      `answer Access-Control-Allow-Origin: ${origin}, or omit --credentials include`,
    ];
  }
  if (allowed !== origin) {
    return otherOrigin(allowed, origin);
  }
  return headers['access-control-allow-credentials'] === 'true'
    ? undefined
    : ['does not allow credentials', 'answer Access-Control-Allow-Credentials: true, or omit --credentials include'];
}

function otherOrigin(allowed: string, origin: string): Reason {
  return [`allows the origin ${allowed} only`, `allow the origin ${origin} in the API (CORS), or correct --origin`];
}

function list(value = ''): string[] {
  return value.split(',').map((name) => name.trim());
}
