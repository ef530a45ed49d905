import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import type { asyncApi } from './asyncapi';
import { WEBSOCKET_STYLES, webSocketPage } from './websocket-page';

/** HTML without inline scripts or styles. Works with `script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'`. */
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Twinlane API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <p><a href="/docs/websocket">WebSocket API</a></p>
    <div id="documentation"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#documentation' });
`;

const CACHED = { 'Cache-Control': 'public, max-age=3600' };

/**
 * Routes of the documentation pages, `/docs` for HTTP and `/docs/websocket`, and of the files they load.
 *
 * @param directory contains swagger-ui.css and swagger-ui-bundle.js of swagger-ui-dist.
 */
export function documentationRoutes(directory: string, webSocket: () => ReturnType<typeof asyncApi>): Hono {
  const files = {
    '/docs': { type: 'text/html', body: PAGE },
    '/docs/websocket.css': { type: 'text/css', body: WEBSOCKET_STYLES },
    '/docs/start.js': { type: 'text/javascript', body: START },
    '/docs/swagger-ui.css': { type: 'text/css', body: readFileSync(join(directory, 'swagger-ui.css'), 'utf8') },
    '/docs/swagger-ui-bundle.js': {
      type: 'text/javascript',
      body: readFileSync(join(directory, 'swagger-ui-bundle.js'), 'utf8'),
    },
  };
  const app = new Hono();
  // The script has 1.7 MB; a load balancer accepts 1 MB from a function.
  app.use('/docs/*', compress());
  // Rendered for each request, and not in the cold start of a function.
  app.get('/docs/websocket', (c) => c.html(webSocketPage(webSocket()), 200, CACHED));
  for (const [path, { type, body }] of Object.entries(files)) {
    app.get(path, (c) => c.body(body, 200, { 'Content-Type': `${type}; charset=utf-8`, ...CACHED }));
  }
  return app;
}
