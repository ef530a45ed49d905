import { errorFields, type Logger } from '../lambda/logger';
import { Problem } from './problem';

/**
 * Refuses a request of which no web `Request` can be created: its host, path, method or a header is invalid. Logs the error
 * without its message, which contains the URL or the header.
 */
export function refuseUnreadable(error: unknown, logger: Logger): Response {
  logger({ event: 'unreadable_request', ...errorFields(error) });
  return new Problem('invalid_request', 'The host, the path, the method or a header is invalid.', {
    'Cache-Control': 'no-store',
  }).toResponse();
}
