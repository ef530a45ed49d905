import { z } from '@hono/zod-openapi';
import type { ErrorCode } from '../lambda/realtime/protocol';

/** The codes HTTP can answer with; the others are of frames. */
type ProblemCode = Exclude<ErrorCode, 'invalid_frame' | 'unknown_action' | 'subscription_limit' | 'not_connected'>;

const PROBLEMS: Record<ProblemCode, { status: number; title: string }> = {
  invalid_json: { status: 400, title: 'The body is not JSON' },
  invalid_request: { status: 400, title: 'The request is not one of this API' },
  invalid_topic: { status: 400, title: 'There can be no such topic' },
  unauthorized: { status: 401, title: 'Say who you are' },
  forbidden: { status: 403, title: 'This is not allowed' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This method is not for this address' },
  conflict: { status: 409, title: 'The id is taken' },
  too_large: { status: 413, title: 'The message is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The server failed' },
  unavailable: { status: 503, title: 'Not available for the moment' },
};

/** A request that is refused. Thrown anywhere in the service, answered as RFC 9457 problem details. */
export class Problem extends Error {
  /**
   * @param detail a sentence for whoever sent the request.
   * @param headers further headers of the answer.
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

/** How every route documents its problems. */
export const problem = {
  description: 'Why not; `type` ends in one of the error codes of the protocol',
  content: {
    'application/problem+json': {
      schema: z
        .object({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() })
        .openapi('Problem', {
          example: {
            type: 'urn:twinlane:problem:conflict',
            title: 'The id is taken',
            status: 409,
            detail: 'This id was published before, with other data',
          },
        }),
    },
  },
};
