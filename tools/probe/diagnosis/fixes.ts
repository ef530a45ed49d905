import type { CauseId } from './cause';
import type { Framework } from './framework';
import { settingFor } from './settings';

/** Changes that remove each cause, whatever the server runs. One or two sentences. */
const GENERAL: Readonly<Record<CauseId, string>> = {
  'reload-on-write':
    'Write data, logs and databases outside the folders that the live-reload server and the server’s own reloader watch. Or exclude the files: `liveServer.settings.ignoreFiles`, `nodemon --ignore`.',
  redirect: 'Request the final URL in the page: with its scheme, its host, and with or without the "/" at the end.',
  dns: 'Use alias records instead of chains of CNAME records, and a longer time to live. `<link rel="preconnect" crossorigin>` starts the lookup early.',
  'address-family':
    'Let the server listen on 127.0.0.1 and ::1, or use 127.0.0.1 instead of localhost in the page. Publish an AAAA record only if its address accepts connections.',
  'cold-connection':
    'Open the connection early: `<link rel="preconnect" href="ORIGIN" crossorigin>`. Without crossorigin, a fetch without credentials cannot use that connection.',
  tls: 'Use TLS 1.3 with session tickets and an ECDSA certificate. Give the process that terminates TLS enough CPU.',
  'connection-closed':
    'Keep idle connections open for longer than the pauses between requests, and for longer than a load balancer in front does.',
  'slow-connection':
    'Do no work for each new connection: turn off reverse lookups of the client’s name in the server and in its access log. Keep connections open, so that fewer are new.',
  preflight:
    'Serve the page and the API from one origin, which needs no preflight. Or send `Access-Control-Max-Age: 7200` and one request of the same URL and method when the page loads.',
  'cold-process':
    'Do the first work at start, before the server listens: imports, the connection to the database and one real query. If the platform stops idle servers, keep one instance running.',
  'cold-workers':
    'Let every worker do its first work at its start, not in its first request. Or run fewer processes, each with more threads.',
  'cold-url':
    'Prepare what this URL needs at the server’s start: its template, its code, its cached data. Measure a production build: development servers compile each page at its first request.',
  'cold-after-rest':
    'Keep the server’s own connections alive, to its database and to other services, and check them in the pool. If the platform stops idle servers, keep one instance running.',
  'cold-socket':
    'Do the first work of the socket’s handler at the server’s start: imports, keys, the connection to the database. Then no request waits for it.',
  'slow-handler':
    'Every request takes this long, so look into the handler: send its parts in the header `Server-Timing`, then improve the longest.',
  'connection-holds-worker':
    'Put a proxy that buffers requests in front, or use a server in which an idle connection takes no worker. More threads only raise the number of idle connections that stop it.',
  'socket-holds-worker':
    'Serve the sockets from a process of their own, or from a server in which an open socket takes no thread.',
  'frame-blocks-loop':
    'Do the work of a frame outside the event loop, or serve the sockets from a process of their own.',
  'handshake-blocks-loop':
    'Do the authentication of a handshake without blocking the event loop, cache its keys, or serve the sockets from a process of their own.',
  'slow-under-load':
    'Serve the sockets from a process of their own. Until then, serialize each broadcast once, and yield to other work between sends.',
  'failing-under-load':
    'Give sockets limits of their own: rate limit, maximum number of connections, file descriptors, and workers.',
};

/** Change that removes a cause, with the names of the settings of the framework and of its server, if they are known. Up to six sentences. */
export function fixFor(cause: CauseId, framework: Framework | undefined): string {
  const setting = framework && settingFor(cause, framework);
  return setting ? `${GENERAL[cause]} ${setting}` : GENERAL[cause];
}
