import { OpenAPIHono } from '@hono/zod-openapi';
import type { Principal } from '../lambda/realtime/principal';
import { INVALID_TOPIC } from '../client/protocol';
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
        if (field === 'topic') {
          throw new Problem('invalid_topic', INVALID_TOPIC.message);
        }
        throw new Problem('invalid_request', `${field ? `${field}: ` : ''}${issue?.message}`);
      }
    },
  });
}
