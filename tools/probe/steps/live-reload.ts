import type { LiveReload } from '../measurements';

/** A live-reload server, and how its WebSocket tells the page to reload. */
export interface Recognized {
  readonly name: string;
  /** URL of its WebSocket. Undefined if it is not known. */
  readonly socket?: URL;
  /** Empty for none. */
  readonly subprotocol: string;
  readonly dialect: Dialect;
}

/** The messages of a live-reload server. */
interface Dialect {
  /** First message of the page. */
  readonly greeting?: string;
  /** The page's answer to a message. */
  reply?(message: string): string | undefined;
  /** True if the page reloads, or replaces a part of itself, after the message. */
  reloads(message: string): boolean;
}

/** Finds the live-reload server that serves the page, by the code that it adds to the HTML. Pure. @param html of the page at that URL */
export function recognize(html: string, page: URL): Recognized | undefined {
  if (/code injected by live-server/i.test(html)) {
    // As its injected code writes it: for the page / the path is //ws.
    return {
      name: 'live-server',
      socket: socketAt(page, `${page.pathname}/ws`),
      subprotocol: '',
      dialect: LIVE_SERVER,
    };
  }
  const browserSync = /["']([^"']*)\/browser-sync-client\.js/.exec(html);
  if (browserSync || html.includes('__bs_script__')) {
    const socket = socketAt(page, '/browser-sync/socket.io/', '?EIO=4&transport=websocket');
    return { name: 'Browsersync', socket, subprotocol: '', dialect: BROWSERSYNC };
  }
  const vite = /["']([^"']*)\/@vite\/client["']/.exec(html);
  if (vite) {
    const base = URL.canParse(vite[1] ?? '') ? new URL(vite[1] ?? '').pathname : (vite[1] ?? '');
    return {
      name: 'Vite',
      socket: socketAt(page, `${base.replace(/\/$/, '')}/`),
      subprotocol: 'vite-hmr',
      dialect: VITE,
    };
  }
  if (html.includes('/livereload.js')) {
    return { name: 'LiveReload', socket: liveReloadSocket(html, page), subprotocol: '', dialect: LIVERELOAD };
  }
  return /webpack-dev-server/.test(html) ? webpackDevServer(page) : undefined;
}

/** webpack-dev-server adds its code to the scripts and not to the HTML. It has a page that lists its files. */
export function webpackDevServer(page: URL): Recognized {
  return { name: 'webpack-dev-server', socket: socketAt(page, '/ws'), subprotocol: '', dialect: WEBPACK };
}

/** The token that Vite's WebSocket demands, from the code of its client. */
export function viteToken(client: string): string | undefined {
  return /wsToken = "([\w-]+)"/.exec(client)?.[1];
}

/** As in the results. */
export function factsOf({ name, socket }: Recognized, unwatched?: string): LiveReload {
  return { name, ...(socket && { socket: socket.href }), ...(unwatched !== undefined && { unwatched }) };
}

/** The WebSocket is at the host of the script. Some pages write the URL of that with code, and the port is a part of the text. */
function liveReloadSocket(html: string, page: URL): URL | undefined {
  const [, script = ''] = /["']((?:https?:)?\/[^"']*\/livereload\.js|\/livereload\.js)/.exec(html) ?? [];
  const [, port] = /:(\d+)\/livereload\.js/.exec(html) ?? [];
  if (script !== '' && URL.canParse(script, page.href)) {
    return socketAt(new URL(script, page), '/livereload');
  }
  return port === undefined
    ? undefined
    : socketAt(new URL(`${page.protocol}//${page.hostname}:${port}`), '/livereload');
}

/** URL of a WebSocket at the host of a page or script. */
function socketAt(base: URL, path: string, search = ''): URL {
  const scheme = base.protocol === 'https:' ? 'wss:' : 'ws:';
  return new URL(`${scheme}//${base.host}${path}${search}`);
}

const LIVE_SERVER: Dialect = { reloads: (message) => message === 'reload' || message === 'refreshcss' };

/** Socket.IO with a namespace. */
const BROWSERSYNC: Dialect = {
  reply: (message) => (message.startsWith('0') ? '40/browser-sync,' : message === '2' ? '3' : undefined),
  reloads: (message) => /^42\/browser-sync,\["(browser|file):reload"/.test(message),
};

const VITE: Dialect = { reloads: (message) => ['full-reload', 'update'].includes(typeIn(message, 'type')) };

const WEBPACK: Dialect = {
  reloads: (message) => ['static-changed', 'content-changed', 'invalid'].includes(typeIn(message, 'type')),
};

const LIVERELOAD: Dialect = {
  greeting: JSON.stringify({
    command: 'hello',
    protocols: ['http://livereload.com/protocols/official-7'],
    ver: '4.0.2',
  }),
  reloads: (message) => typeIn(message, 'command') === 'reload',
};

/** A text member of a JSON object; empty if the message is none. */
function typeIn(message: string, member: string): string {
  try {
    return String(JSON.parse(message)?.[member] ?? '');
  } catch {
    return '';
  }
}
