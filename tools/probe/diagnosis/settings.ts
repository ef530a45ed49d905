import type { CauseId } from './cause';
import type { Framework, Name, Server } from './framework';

type Settings = Partial<Record<Name | Server, Partial<Record<CauseId, string>>>>;

/** Tried, see below. */
const GUNICORN = {
  'cold-process': 'gunicorn: `--preload` imports the app once, before the workers start.',
  'cold-workers': 'gunicorn: `--preload` imports the app once, before the workers start.',
  'connection-closed': 'gunicorn: `--keep-alive 65` (default 2 seconds).',
  'address-family': 'gunicorn: two addresses, `-b 127.0.0.1:8000 -b [::1]:8000`.',
  'connection-holds-worker':
    'gunicorn: `-k gevent`, or `-k uvicorn.workers.UvicornWorker` for ASGI. `--threads N` only raises the limit to N.',
} as const;

/**
 * Settings that were tried with FastAPI 0.92, uvicorn 0.17, Flask 2.2, gunicorn 20.1, Express 4 or Node.js 20, and had the effect
 * that is claimed.
 */
const TRIED: Settings = {
  FastAPI: {
    preflight: 'FastAPI: `CORSMiddleware(max_age=7200)`.',
    'socket-holds-worker':
      'FastAPI: `async def` for the handlers of HTTP and of sockets. Handlers with `def` share 40 threads.',
  },
  uvicorn: {
    'connection-closed': 'uvicorn: `--timeout-keep-alive 65` (default 5 seconds).',
    'address-family': 'uvicorn: `--host 127.0.0.1` and 127.0.0.1 in the page. `--host ::` listens on IPv6 only.',
  },
  gunicorn: GUNICORN,
  'gunicorn sync worker': {
    ...GUNICORN,
    'connection-closed':
      'gunicorn: its sync worker closes every connection. Use `--threads 4` or `-k gevent`, with `--keep-alive 65`.',
  },
  Werkzeug: {
    'connection-closed': 'Flask’s development server closes every connection: use gunicorn or waitress in production.',
    'address-family': 'Flask: `flask run --host ::` listens on both families.',
  },
  Express: {
    preflight: 'Express: `cors({ maxAge: 7200 })`.',
  },
  'Node.js': {
    'cold-process': 'Node.js: `require` at the top of the file, and connect to the database before `listen`.',
    'cold-socket': 'Node.js: before `listen`.',
    'connection-closed': 'Node.js: `server.keepAliveTimeout = 65_000` (default 5 seconds).',
    'address-family': 'Node.js: `server.listen(port)` without a host listens on both families.',
    'slow-under-load': 'Node.js: `await setImmediate()` of node:timers/promises after every 50 sends.',
  },
};

/** Settings that are documented or remembered. Unverified: they were not tried with this software. */
const UNVERIFIED: Settings = {
  gunicorn: { 'socket-holds-worker': 'gunicorn: `-k gevent`, or `-k uvicorn.workers.UvicornWorker` for ASGI.' },
  'gunicorn sync worker': {
    'socket-holds-worker': 'gunicorn: `-k gevent`, or `-k uvicorn.workers.UvicornWorker` for ASGI.',
  },
  Flask: {
    preflight: 'Flask: `CORS(app, max_age=7200)` of flask-cors.',
    'cold-process': 'Flask: import at the top of the module, and run one real query in `create_app`.',
    'cold-after-rest': 'SQLAlchemy: `pool_pre_ping=True`.',
  },
  FastAPI: {
    'cold-process':
      'FastAPI: import at the top of the module, and run one real query in `lifespan` (before FastAPI 0.93: `@app.on_event("startup")`).',
    'cold-socket': 'FastAPI: in `lifespan` (before FastAPI 0.93: `@app.on_event("startup")`).',
    'cold-workers':
      'FastAPI: import at the top of the module, and run one real query in `lifespan`, which each worker runs.',
    'frame-blocks-loop': 'FastAPI: `await asyncio.to_thread(...)`.',
    'handshake-blocks-loop': 'FastAPI: `await asyncio.to_thread(...)`.',
    'cold-after-rest': 'SQLAlchemy: `pool_pre_ping=True`. asyncpg: `min_size`.',
    redirect: 'FastAPI: the path of the request must be the one of the route, or `redirect_slashes=False`.',
  },
  uvicorn: {
    'reload-on-write': "uvicorn: `--reload-exclude '*.json'`.",
  },
  Django: {
    preflight: 'Django: `CORS_PREFLIGHT_MAX_AGE = 7200` of django-cors-headers.',
    'cold-process': 'Django: send one request through the app in `wsgi.py`.',
    'cold-workers': 'Django: send one request through the app in `wsgi.py`.',
    'cold-after-rest': 'Django: `CONN_MAX_AGE` under WSGI, with `CONN_HEALTH_CHECKS`. Under ASGI it must be 0.',
    'socket-holds-worker': 'Django: Channels for the sockets, beside `get_asgi_application`.',
    redirect: 'Django: `APPEND_SLASH` redirects a path without the final "/".',
  },
  runserver: { 'reload-on-write': 'Django: `runserver --noreload`.' },
  'Node.js': {
    'frame-blocks-loop': 'Node.js: `worker_threads`.',
    'handshake-blocks-loop': 'Node.js: the asynchronous `crypto.scrypt`, and `worker_threads`.',
    'reload-on-write': "nodemon: `--ignore '*.json'`.",
  },
  NestJS: { preflight: 'NestJS: `app.enableCors({ maxAge: 7200 })`.' },
  Fastify: {
    preflight: 'Fastify: `maxAge: 7200` of @fastify/cors.',
    'connection-closed': 'Fastify: `keepAliveTimeout` (default 72 seconds).',
  },
  'Next.js': {
    'cold-process':
      'Next.js: a production build, `experimental.preloadEntriesOnStart`, and `serverExternalPackages` for large packages.',
    'cold-url':
      'Next.js: measure `next build` and `next start`, because `next dev` compiles each page at its first request.',
  },
  Vite: { 'cold-url': 'Vite: `server.warmup`, or measure a production build.' },
  Rails: {
    preflight: 'Rails: `max_age: 7200` of rack-cors.',
    'cold-process': 'Rails: `config.eager_load = true`, and `preload_app!` of Puma.',
    'cold-workers': 'Rails: `preload_app!` of Puma.',
    'cold-url': 'Rails: `config.eager_load = true`.',
  },
  Spring: {
    preflight: 'Spring: `@CrossOrigin(maxAge = 7200)`.',
    'cold-process':
      'Spring: `spring.mvc.servlet.load-on-startup=1`, `spring.main.lazy-initialization=false`, and `minimumIdle` of Hikari.',
    'cold-after-rest': 'Hikari: `keepaliveTime`.',
    'connection-closed': 'Spring: `server.tomcat.keep-alive-timeout`.',
    'socket-holds-worker': 'Spring: `server.tomcat.threads.max`.',
  },
  'ASP.NET': {
    preflight: 'ASP.NET: `SetPreflightMaxAge(TimeSpan.FromHours(2))`.',
    'cold-process':
      'ASP.NET: ReadyToRun, a hosted service that sends one query at start, and `dotnet ef dbcontext optimize`.',
    'cold-after-rest': 'ASP.NET on App Service: Always On.',
  },
  Kestrel: {
    'connection-closed': 'Kestrel: `Limits.KeepAliveTimeout`.',
    'address-family': 'Kestrel: `ListenLocalhost`.',
  },
  Laravel: {
    preflight: 'Laravel: `max_age` in config/cors.php.',
    'cold-process': 'Laravel: `php artisan optimize`, and OPcache.',
  },
  PHP: {
    'cold-process': 'PHP: OPcache.',
    'cold-workers': 'PHP-FPM: `pm = dynamic` or `static`.',
    'cold-after-rest': 'PHP-FPM: `pm = dynamic` instead of `ondemand`.',
    'connection-holds-worker': 'PHP’s development server: the environment variable `PHP_CLI_SERVER_WORKERS`.',
    'socket-holds-worker': 'PHP’s development server: the environment variable `PHP_CLI_SERVER_WORKERS`.',
  },
  Twinlane: {
    'cold-process':
      'Twinlane: in `cdk.json`, set `capacity.http.type` to fargate, or `capacity.http.provisionedConcurrency` for lambda.',
    'cold-workers': 'Twinlane: in `cdk.json`, `capacity.http.provisionedConcurrency`.',
  },
  Go: {
    'cold-process': 'Go: `db.Ping()` before `ListenAndServe`.',
    'cold-after-rest': 'Go: `db.SetMaxIdleConns` (default 2).',
  },
};

/** Names of the settings, of the framework and then of its server. Up to four sentences. */
export function settingFor(cause: CauseId, { name, server }: Framework): string | undefined {
  const settings = [name, server].flatMap(
    (software) => (software && (TRIED[software]?.[cause] ?? UNVERIFIED[software]?.[cause])) ?? [],
  );
  return settings.length > 0 ? settings.join(' ') : undefined;
}
