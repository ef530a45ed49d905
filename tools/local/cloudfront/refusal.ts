import { STATUS_CODES } from 'node:http';
import type { Answer } from '../http/listener/answer';
import { ErrorPage } from '../http/listener/error-page';

/** Maximum bytes of the URL. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html */
const URL_BYTES = 8192;

/** Maximum bytes of a request without its body. Same source. */
export const REQUEST_BYTES = 20_480;

/** The parts of a request that can be refused before an origin receives it. */
export interface Refusable {
  readonly method: string;
  readonly url: string;
  readonly hasBody: boolean;
}

/**
 * Throws an {@link ErrorPage} for a request that the distribution does not send to an origin.
 *
 * @param methods - methods that the behavior allows
 */
export function refuse({ method, url, hasBody }: Refusable, methods: readonly string[]): void {
  if (url.length > URL_BYTES) {
    throw new ErrorPage(413, `its URL has ${url.length} bytes, more than ${URL_BYTES}`);
  }
  if (!methods.includes(method)) {
    throw new ErrorPage(403, `the behavior does not allow ${method}`);
  }
  if (method === 'GET' && hasBody) {
    throw new ErrorPage(403, 'a GET request must not have a body');
  }
}

/** @returns the response of the distribution itself. The text differs from CloudFront's */
export function pageOf(status: number): Answer {
  const reason = STATUS_CODES[status] ?? '';
  return {
    status,
    reason,
    headers: ['Server', 'CloudFront', 'Content-Type', 'text/html', 'X-Cache', 'Error from cloudfront'],
    body: `<html><head><title>ERROR</title></head><body><h1>${status} ERROR</h1><p>${reason}</p></body></html>\n`,
  };
}
