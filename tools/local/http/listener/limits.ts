import type { IncomingMessage } from 'node:http';
import { ErrorPage } from './error-page';
import { forwardedAddresses } from './request-headers';

/** Maximum bytes of all headers of a request. https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html */
export const REQUEST_HEADERS = 64 * 1024;

/** Maximum bytes of all headers of a response. Same source. */
export const RESPONSE_HEADERS = 32 * 1024;

/** Maximum bytes of the URL, and of one header. Same source. */
const LINE = 16 * 1024;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const FORWARDED_ADDRESSES = 30;

/** Throws an {@link ErrorPage} for a request that is rejected before the rules are evaluated. */
export function refuse({ method, url = '', headers, httpVersion, rawHeaders }: IncomingMessage): void {
  if (url.length > LINE) {
    throw new ErrorPage(414, `its URL has ${url.length} bytes, more than ${LINE}`);
  }
  if (method === 'TRACE') {
    throw new ErrorPage(405, 'TRACE is not allowed');
  }
  if (httpVersion === '1.1' && headers.host === undefined) {
    throw new ErrorPage(400, 'it has no Host header');
  }
  rawHeaders.forEach((value, index) => {
    const name = rawHeaders[index - 1] ?? '';
    if (index % 2 && name.length + 2 + value.length > LINE) {
      throw new ErrorPage(400, `its header ${name.slice(0, 64)} has more than ${LINE} bytes`);
    }
  });
  const addresses = forwardedAddresses(rawHeaders).length;
  if (addresses > FORWARDED_ADDRESSES) {
    throw new ErrorPage(463, `its X-Forwarded-For has ${addresses} addresses, more than ${FORWARDED_ADDRESSES}`);
  }
}
