import { OpenAPIHono } from '@hono/zod-openapi';
import type { Principal } from '../lambda/realtime/principal';
import { Problem } from './problem';

/** Hono environment of an authenticated request: its principal. */
export interface AuthenticatedEnv {
  Variables: { principal: Principal };
}

/** Creates a router for authenticated requests that validates them and refuses invalid ones with problem details. */
export function resource(): OpenAPIHono<AuthenticatedEnv> {
  return new OpenAPIHono<AuthenticatedEnv>({
    defaultHook: (result) => {
      if (!result.success) {
        const [issue] = result.error.issues;
        const field = issue?.path.join('.');
        const detail = `${field ? `${field}: ` : ''}${issue?.message}`;
        throw new Problem(field === 'topic' ? 'invalid_topic' : 'invalid_request', detail);
      }
    },
  });
}
