import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { routePath } from 'hono/route';
import { errorFields, type Logger } from '../lambda/logger';
import { type TicketOffice, Unavailable } from '../lambda/realtime/ports';
import type { Publishing } from '../lambda/realtime/publishing';
import { Refused } from '../lambda/realtime/refused';
import { documentationRoutes } from './documentation';
import { Problem } from './problem';
import { limitBody, readUnreadBody } from './request-body';
import type { Caller } from './resource';
import { ticketRoutes } from './tickets';
import type { Authenticate } from './tokens';
import { topicRoutes } from './topics';

export interface AppOptions extends Publishing {
  authenticate: Authenticate;
  /** Where tickets are minted; undefined where everybody gets in, without one. */
  office?: TicketOffice;
  /** Exact origins whose pages may read the answers. */
  allowedOrigins: readonly string[];
  /** Directory of swagger-ui.css and swagger-ui-bundle.js. */
  documentation: string;
  logger: Logger;
}

/**
 * The HTTP lane's service, in containers and in a function alike. Of the security headers it sets the one that a load
 * balancer cannot; the others are on every answer, also the load balancer's own.
 */
export function createApp({
  authenticate,
  office,
  allowedOrigins,
  documentation,
  logger,
  ...publishing
}: AppOptions): OpenAPIHono<Caller> {
  const app = new OpenAPIHono<Caller>();
  app.use(readUnreadBody);
  app.use(noReferrer);
  const pages = crossOrigin(allowedOrigins);
  // Before the log: a load balancer asks every task every few seconds, and tells itself when the answer is bad.
  app.get('/health', pages, (c) => c.json({ status: 'ok' }));
  app.use(requestLog(publishing.clock.now, logger));
  app.use(pages);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_, methods) =>
        new Problem('method_not_allowed', `Allowed: ${methods.join(', ')}`, { Allow: methods.join(', ') }).toResponse(),
    }),
  );
  // Before anything of the body is read.
  app.use('/v1/*', async (c, next) => {
    c.set('principal', await authenticate(c.req.header('authorization')));
    return next();
  });
  app.use(limitBody);

  app.route('/', topicRoutes(publishing));
  if (office) {
    app.route('/', ticketRoutes({ ...publishing, office, allowedOrigins }));
  }
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  app.doc31('/openapi.json', {
    security: office ? [{ bearer: [] }] : [],
    openapi: '3.1.0',
    info: { title: 'Twinlane', version: '1' },
  });
  app.route('/', documentationRoutes(documentation));

  app.notFound(() => new Problem('not_found', 'See /docs for what is here').toResponse());
  app.onError((error) => {
    const problem = problemOf(error);
    if (problem.code === 'internal') {
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
    return new Problem('unavailable', 'Try again later', { 'Retry-After': String(error.retryAfter) });
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new Problem('unsupported_media_type', 'Send Content-Type: application/json');
  }
  if (error instanceof HTTPException && error.status === 400) {
    return new Problem('invalid_json', 'The body must be one JSON object');
  }
  return new Problem('internal', 'The server has a record of it');
}

/** One line a request. The route is logged as it was declared, so nothing a client wrote gets into the log. */
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

/** The documentation page tells no other site where a visitor came from. */
const noReferrer: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Referrer-Policy', 'no-referrer');
};

/** Lets pages of the allowed origins read the answers and what took how long, and tells other origins nothing. */
function crossOrigin(allowedOrigins: readonly string[]): MiddlewareHandler {
  const allow = cors({
    origin: [...allowedOrigins],
    allowMethods: ['GET', 'POST', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type'],
    exposeHeaders: ['Location', 'Retry-After'],
    // The longest Chromium remembers a preflight.
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
