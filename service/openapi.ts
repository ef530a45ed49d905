import type { OpenAPIHono } from '@hono/zod-openapi';
import { LICENSE } from './license';
import type { AuthenticatedEnv } from './resource';

/**
 * Adds `GET /openapi.json`: every route that a {@link resource} declares, as an OpenAPI 3.1 document.
 *
 * @param tickets true if clients are authenticated and there are tickets.
 */
export function describeAsOpenApi(app: OpenAPIHono<AuthenticatedEnv>, { tickets }: { tickets: boolean }): void {
  if (tickets) {
    app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'A token of the configured issuer.',
    });
  }
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Twinlane HTTP API',
      version: '1',
      description:
        'Publishes messages to topics and reads their history. Subscriptions use the WebSocket API, which `/asyncapi.json` describes.',
      license: LICENSE,
    },
    // Relative, so that it is right for each host name, and for the page at /docs on each of them.
    servers: [{ url: '/', description: 'The host of this document' }],
    tags: [
      { name: 'Messages', description: 'Messages of topics' },
      ...(tickets ? [{ name: 'Connections', description: 'Connections to the WebSocket API' }] : []),
    ],
    security: tickets ? [{ bearer: [] }] : [],
  });
}
