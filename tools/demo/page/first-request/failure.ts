import type { Failure, Observed } from './observed';
import { list, milliseconds } from '../../../words';

/** Explanation of a request that has no result. */
export interface Explanation {
  readonly sentence: string;
  readonly fix: string;
}

/** Explains why the first request failed, after `milliseconds`. */
export function explain(failure: Failure, observed: Observed): Explanation {
  const server = new URL(observed.request.url).origin;
  const after = milliseconds(observed.first?.total ?? 0);
  switch (failure) {
    case 'offline':
      return {
        sentence: 'This device is offline, so the request was not sent.',
        fix: 'Connect to the network, and measure again.',
      };
    case 'forbidden':
      return {
        sentence: `The content security policy of this page does not allow requests to ${server}, so the request was not sent.`,
        fix: 'Use the command below, or open this page without that policy: with npm start, for a stage without a gateway.',
      };
    case 'no response':
      return {
        sentence: `${server} did not answer. The request failed after ${after}.`,
        fix:
          'Check that the server runs, and that the host, the port and http or https are correct. A page does not see the reason: it can also ' +
          'be an untrusted certificate, an extension, or a permission for the local network that the browser asks for.',
      };
    case 'refused':
      return {
        sentence: `The browser refused the request after ${after}, because ${server} does not allow it for pages of ${observed.origin}.`,
        fix: allow(observed),
      };
  }
}

/** @returns the CORS headers that the API must send, for a request that the browser refuses */
export function allow({ request, origin, preflight }: Observed): string {
  const names = Object.keys(request.headers).filter((name) =>
    preflight.some((reason) => reason.includes(`header ${name}`)),
  );
  if (preflight.some((reason) => reason.startsWith('the content type'))) {
    names.push('content-type');
  }
  const headers = [
    `Access-Control-Allow-Origin: ${origin}`,
    ...(request.credentials === 'include' ? ['Access-Control-Allow-Credentials: true'] : []),
    ...(preflight.includes(`the method ${request.method}`) ? [`Access-Control-Allow-Methods: ${request.method}`] : []),
    ...(names.length > 0 ? [`Access-Control-Allow-Headers: ${names.sort().join(', ')}`] : []),
  ];
  const where =
    preflight.length > 0
      ? 'Answer OPTIONS requests with a status from 200 to 299, and this and every other request'
      : 'Answer';
  return `${where} with ${list(headers)}. Errors need these headers, too.`;
}

/** Explains an address that the browser does not let a secure page request. @returns undefined if it does */
export function mixedContent(url: URL, pageProtocol: string): string | undefined {
  const secure = ['https:', 'wss:'].includes(url.protocol);
  if (pageProtocol !== 'https:' || secure || isLocal(url.hostname)) {
    return undefined;
  }
  return `A page with https: cannot request ${url.protocol}//${url.host}. Use ${url.protocol.replace(':', 's:')} there, or open this page with http:, as npm start does.`;
}

/** @returns true for names and addresses of this machine */
export function isLocal(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
