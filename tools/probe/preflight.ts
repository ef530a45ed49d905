import type { IncomingHttpHeaders } from 'node:http';
import { CommandError } from '../cli';
import type { Request } from './kept-connection';
import type { PreflightFacts } from './measurements';
import { CHROMIUM_CAP, KEPT_BY_DEFAULT } from './thresholds';

/** Whether a browser asks before it posts JSON: it does from another origin. */
export function needsPreflight(pageOrigin: string | undefined, api: URL): boolean {
  return pageOrigin !== undefined && pageOrigin !== api.origin;
}

/** What a browser asks before a page posts JSON, with a bearer token if there is one. */
export function preflightRequest(path: string, pageOrigin: string, token: string | undefined): Request {
  return {
    method: 'OPTIONS',
    path,
    headers: {
      origin: pageOrigin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': headersAsked(token).join(','),
    },
  };
}

/** Reads the answer. @throws {CommandError} if a browser would send no request after it */
export function preflightFacts(
  { status, headers }: { readonly status: number; readonly headers: IncomingHttpHeaders },
  pageOrigin: string,
  token: string | undefined,
): PreflightFacts {
  const origin = headers['access-control-allow-origin'];
  const listed = list(headers['access-control-allow-headers']);
  const missing = headersAsked(token).find(
    (name) => !listed.includes(name) && (name === 'authorization' || !listed.includes('*')),
  );
  const wrong =
    status < 200 || status > 299
      ? `is answered ${status}`
      : origin !== '*' && origin !== pageOrigin
        ? `does not allow this origin (Access-Control-Allow-Origin: ${origin ?? 'missing'})`
        : missing && `does not allow the header ${missing}`;
  if (wrong) {
    throw new CommandError(
      `A page of ${pageOrigin} cannot post JSON: the preflight ${wrong}. Give an --origin that the API allows, or leave it out`,
    );
  }
  const said = headers['access-control-max-age'];
  const maxAge = said !== undefined && /^\d+$/.test(said) ? Number(said) : undefined;
  return { maxAge, kept: Math.min(maxAge ?? KEPT_BY_DEFAULT, CHROMIUM_CAP) };
}

/** The headers that make a request one to ask about, lower case and sorted, as browsers send them. */
function headersAsked(token: string | undefined): string[] {
  return [...(token === undefined ? [] : ['authorization']), 'content-type'];
}

function list(value = ''): string[] {
  return value.split(',').map((name) => name.trim().toLowerCase());
}
