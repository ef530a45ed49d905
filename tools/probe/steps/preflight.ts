import type { IncomingHttpHeaders } from 'node:http';
import { CommandError } from '../../cli';
import type { Request } from '../network/persistent-connection';
import type { PreflightFacts } from '../measurements';
import { CHROMIUM_MAX_CACHE_TIME, DEFAULT_CACHE_TIME } from '../diagnosis/thresholds';

/** @returns true if a browser sends a preflight before a JSON POST, which it does for another origin */
export function needsPreflight(pageOrigin: string | undefined, http: URL): boolean {
  return pageOrigin !== undefined && pageOrigin !== http.origin;
}

/** Preflight request for a JSON POST, with a bearer token if given. */
export function preflightRequest(path: string, pageOrigin: string, token: string | undefined): Request {
  return {
    method: 'OPTIONS',
    path,
    headers: {
      origin: pageOrigin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': requestedHeaders(token).join(','),
    },
  };
}

/** Parses the preflight response. @throws {CommandError} if a browser would not send the request after it */
export function preflightFacts(
  { status, headers }: { readonly status: number; readonly headers: IncomingHttpHeaders },
  pageOrigin: string,
  token: string | undefined,
): PreflightFacts {
  const origin = headers['access-control-allow-origin'];
  const listed = list(headers['access-control-allow-headers']);
  const missing = requestedHeaders(token).find(
    (name) => !listed.includes(name) && (name === 'authorization' || !listed.includes('*')),
  );
  const wrong =
    status < 200 || status > 299
      ? `has the status ${status}`
      : origin !== '*' && origin !== pageOrigin
        ? `does not allow this origin (Access-Control-Allow-Origin: ${origin ?? 'missing'})`
        : missing && `does not allow the header ${missing}`;
  if (wrong) {
    throw new CommandError(
      `A page of ${pageOrigin} cannot send a JSON POST: the preflight response ${wrong}. Fix: pass an --origin that the API allows, or omit it.`,
    );
  }
  const value = headers['access-control-max-age'];
  const maxAge = value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  return { maxAge, cachedFor: Math.min(maxAge ?? DEFAULT_CACHE_TIME, CHROMIUM_MAX_CACHE_TIME) };
}

/** Value of Access-Control-Request-Headers: lower case and sorted, as browsers send it. */
function requestedHeaders(token: string | undefined): string[] {
  return [...(token === undefined ? [] : ['authorization']), 'content-type'];
}

function list(value = ''): string[] {
  return value.split(',').map((name) => name.trim().toLowerCase());
}
