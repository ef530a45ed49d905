import { OpenAPIHono } from '@hono/zod-openapi';
import type { Principal } from '../lambda/realtime/principal';
import { Problem } from './problem';

/** What is known of every request for a resource: whose it is. */
export interface Caller {
  Variables: { principal: Principal };
}

/** Routes of resources: who asks is known, and what is asked is checked before the handler runs. */
export function resource(): OpenAPIHono<Caller> {
  return new OpenAPIHono<Caller>({
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
