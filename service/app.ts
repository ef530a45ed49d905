import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { routePath } from 'hono/route';
import { errorFields, type Logger } from '../lambda/logger';
import type { Metrics } from '../lambda/metrics';
import { type TicketIssuer, Unavailable } from '../lambda/realtime/ports';
import type { Publishing } from '../lambda/realtime/publishing';
import { Refused } from '../lambda/realtime/refused';
import { asyncApi } from './asyncapi';
import { documentationRoutes } from './documentation';
import { describeAsOpenApi } from './openapi';
import { Problem } from './problem';
import { limitBody, readUnreadBody } from './request-body';
import type { AuthenticatedEnv } from './resource';
import { ticketRoutes } from './tickets';
import type { Authenticate } from './tokens';
import { topicRoutes } from './topics';

export interface AppOptions extends Publishing {
  authenticate: Authenticate;
  /** Issues tickets. Undefined if authentication is off: clients then connect without one. */
  ticketIssuer?: TicketIssuer;
  /** Exact origins whose pages are allowed to read responses. */
  allowedOrigins: readonly string[];
  /** URL of the WebSocket lane, for its description: `wss://ws.example.com`. Undefined if it is not known. */
  webSocketUrl?: string;
  /** Directory that contains swagger-ui.css and swagger-ui-bundle.js. */
  documentation: string;
  logger: Logger;
  metrics: Pick<Metrics, 'refuse' | 'sample'>;
}

/**
 * Creates the HTTP lane's service, for containers and for a Lambda function. It sets the one security header that a load
 * balancer cannot set. The listener adds the others.
 */
export function createApp({
  authenticate,
  ticketIssuer,
  allowedOrigins,
  webSocketUrl,
  documentation,
  logger,
  metrics,
  ...publishing
}: AppOptions): OpenAPIHono<AuthenticatedEnv> {
  const app = new OpenAPIHono<AuthenticatedEnv>();
  app.use(readUnreadBody(publishing.clock));
  app.use(noReferrer);
  app.use(notStored);
  const pages = crossOrigin(allowedOrigins);
  // Before the request log: the load balancer checks every task every few seconds, and reports failures itself.
  app.get('/health', pages, (c) => c.json({ status: 'ok' }));
  app.use(requestLog(publishing.clock.now, logger));
  app.use(pages);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_, methods) =>
        new Problem('method_not_allowed', `Use one of: ${methods.join(', ')}.`, {
          Allow: methods.join(', '),
        }).toResponse(),
    }),
  );
  // Before the body is read.
  app.use('/v1/*', async (c, next) => {
    c.set('principal', await authenticate(c.req.header('authorization')));
    return next();
  });
  app.use(limitBody);

  app.route('/', topicRoutes({ ...publishing, metrics }));
  if (ticketIssuer) {
    app.route('/', ticketRoutes({ ...publishing, ticketIssuer, allowedOrigins }));
  }
  describeAsOpenApi(app, { tickets: ticketIssuer !== undefined });
  const webSocket = () => asyncApi({ webSocketUrl, tickets: ticketIssuer !== undefined });
  app.get('/asyncapi.json', (c) => c.json(webSocket()));
  app.route('/', documentationRoutes(documentation, webSocket));

  app.notFound(() => new Problem('not_found', 'There is no such resource. See /docs for all routes.').toResponse());
  app.onError((error) => {
    const problem = problemOf(error);
    metrics.refuse(problem.code);
    // A thrown Problem is expected: its thrower logs it.
    if (problem.code === 'internal' && problem !== error) {
      logger({ event: 'failed', ...errorFields(error) });
    }
    return problem.toResponse();
  });
  return app;
}

function problemOf(error: Error): Problem {
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof Refused && error.code !== 'not_connected') {
    const { retryAfter } = error;
    return new Problem(error.code, error.message, retryAfter ? { 'Retry-After': String(retryAfter) } : {});
  }
  if (error instanceof Unavailable) {
    return new Problem('unavailable', 'Temporarily unavailable. Try again later.', {
      'Retry-After': String(error.retryAfter),
    });
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new Problem('unsupported_media_type', 'The body must be JSON. Send Content-Type: application/json.');
  }
  if (error instanceof HTTPException && error.status === 400) {
    return new Problem('invalid_json', 'The body must be a single JSON object in UTF-8.');
  }
  return new Problem('internal', 'The error has been logged.');
}

/** Logs one line for each request, with the declared route instead of the URL: nothing that a client sent is logged. */
function requestLog(now: () => number, logger: Logger): MiddlewareHandler {
  return async (c, next) => {
    const start = now();
    await next();
    logger({
      event: 'request',
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: now() - start,
    });
  };
}

/** Keeps the documentation page from sending its URL to other sites as the referrer. */
const noReferrer: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Referrer-Policy', 'no-referrer');
};

/** Keeps browsers and proxies from storing a response that does not allow it: messages and tickets are private. */
const notStored: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) {
    c.header('Cache-Control', 'no-store');
  }
};

/** Adds CORS headers and `Timing-Allow-Origin` for allowed origins, and neither for other origins. */
function crossOrigin(allowedOrigins: readonly string[]): MiddlewareHandler {
  const allow = cors({
    origin: [...allowedOrigins],
    allowMethods: ['GET', 'POST', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type'],
    exposeHeaders: ['Location', 'Retry-After'],
    // The maximum in Chromium.
    maxAge: 7200,
  });
  return async (c, next) => {
    const origin = c.req.header('origin');
    if (origin && allowedOrigins.includes(origin)) {
      c.header('Timing-Allow-Origin', origin);
      return allow(c, next);
    }
    await next();
    c.header('Vary', 'Origin', { append: true });
  };
}
