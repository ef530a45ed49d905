import { z } from '@hono/zod-openapi';
import type { ErrorCode } from '../client/protocol';

/** Error codes of HTTP responses. The other codes are for frames only. */
type ProblemCode = Exclude<
  ErrorCode,
  'invalid_frame' | 'unknown_action' | 'subscription_limit' | 'connection_limit' | 'not_connected'
>;

const PROBLEMS: Record<ProblemCode, { status: number; title: string }> = {
  invalid_json: { status: 400, title: 'Invalid JSON' },
  invalid_request: { status: 400, title: 'Invalid request' },
  invalid_topic: { status: 400, title: 'Invalid topic name' },
  unauthorized: { status: 401, title: 'Authentication required' },
  forbidden: { status: 403, title: 'Forbidden' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  conflict: { status: 409, title: 'Message id already used' },
  too_large: { status: 413, title: 'Content too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Service unavailable' },
};

/** A failed request. Can be thrown anywhere in the service; becomes a response with problem details (RFC 9457). */
export class Problem extends Error {
  /**
   * @param detail an explanation for the client's developer.
   * @param headers further headers of the response.
   */
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }

  toResponse(): Response {
    const { status, title } = PROBLEMS[this.code];
    const body = { type: `urn:twinlane:problem:${this.code}`, title, status, detail: this.detail };
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/problem+json', ...this.headers },
    });
  }
}

const schema = z
  .object({
    type: z.string().openapi({ description: '`urn:twinlane:problem:` and an error code' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "An explanation for the client's developer" }),
  })
  .openapi('Problem', {
    example: {
      type: 'urn:twinlane:problem:conflict',
      title: 'Message id already used',
      status: 409,
      detail: 'A message with this id and other data was published before.',
    },
  });

/** OpenAPI description of the error responses of every route. */
export const problems = {
  '4XX': {
    description: `The request was refused: ${codesOf('4')}`,
    content: { 'application/problem+json': { schema } },
  },
  '5XX': { description: `The server failed: ${codesOf('5')}`, content: { 'application/problem+json': { schema } } },
};

/** @returns the error codes of a class of statuses: `` `conflict` (409), … `` */
function codesOf(digit: string): string {
  return Object.entries(PROBLEMS)
    .filter(([, { status }]) => `${status}`.startsWith(digit))
    .map(([code, { status }]) => `\`${code}\` (${status})`)
    .join(', ');
}
