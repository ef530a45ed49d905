import type { Exchange } from '../measurements';
import type { Plan } from '../plan';
import { isLoopback } from './endpoint';

/**
 * Explains why a status shows that this is not the request of the page, or that the app does not answer.
 *
 * @param status 0 if there was no response
 * @returns one sentence with a fix, or undefined if the status is the expected one
 */
export function refusal(status: number, { request }: Pick<Plan, 'request'>): string | undefined {
  const { url, method, status: expected } = request;
  if (status === 0 || (expected === undefined ? status < 400 : status === expected)) {
    return undefined;
  }
  const anyway = `to measure this response, add --status ${status}`;
  const what = `${method} ${url.href} was answered ${status}`;
  if (expected !== undefined && status < 400) {
    return `${what} instead of ${expected}. Fix: check the path and --status; ${anyway}.`;
  }
  const [meaning, fix] = meaningOf(status, request);
  return `${what}: ${meaning}. Fix: ${fix}; ${anyway}.`;
}

/** The reason for which a request failed under load: there was no response, a rate limit, or an error of the server. */
export function failureUnderLoad({ failure, status }: Pick<Exchange, 'failure' | 'status'>): string | undefined {
  return failure ?? (status === 429 || status >= 500 ? `answered ${status}` : undefined);
}

/** The usual meaning of a status, and a fix. */
function meaningOf(status: number, { url, method, body, headers }: Plan['request']): readonly [string, string] {
  const signedIn = 'authorization' in headers || 'cookie' in headers;
  switch (status) {
    case 400:
    case 422:
      return body === undefined
        ? [
            'the server misses something in the request',
            `check the query in the URL, or pass the body with --data${tls(url)}`,
          ]
        : ['the server does not accept the body', "check --data against the API's documentation"];
    case 401:
    case 403:
      return signedIn
        ? ['the server does not accept these credentials', 'get a new token or cookie, and check the path and --origin']
        : [
            status === 401 ? 'authentication is required' : 'access is not allowed',
            "pass --header 'authorization: Bearer ...' or --cookie, as the page does",
          ];
    case 404:
      return ['the path does not exist', 'check the path of the URL'];
    case 405:
      return [
        `the path exists, but not with ${method}`,
        method === 'GET' ? 'pass --data or --method' : 'check --method',
      ];
    case 406:
      return ['the server has no such format', "pass --header 'accept: ...' as the page does"];
    case 407:
      return ['a proxy requires authentication', 'use a URL that is reached without the proxy'];
    case 411:
    case 413:
      return ['the server does not accept the length of the body', 'check --data'];
    case 415:
      return [
        `the server does not accept the content type ${headers['content-type'] ?? '(none)'}`,
        "pass --header 'content-type: ...' and --data as the page does",
      ];
    case 421:
      return ['the server does not serve this host', 'check the host in the URL'];
    case 426:
      return [
        'the path is for WebSockets or another protocol',
        'check the path, and pass a WebSocket with --websocket',
      ];
    case 429:
      return ['too many requests', 'wait until the rate limit allows more, or raise it for this client'];
    case 502:
    case 503:
    case 504:
      return isLoopback(url)
        ? ['a proxy answers, but the app behind it does not', 'start the app, or use its own port in the URL']
        : ['a proxy answers, but the app behind it does not, or it is overloaded', 'check that the app runs'];
    default:
      return status >= 500
        ? ['the app failed', 'look at the log of the server']
        : ['the server does not accept the request', 'check the path, --method, --header and --data'];
  }
}

/** Web servers answer 400 to a request without TLS on a port for TLS. */
function tls({ protocol }: URL): string {
  return protocol === 'http:' ? ', or use https: if the port serves TLS' : '';
}
