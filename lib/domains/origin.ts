import { isHostName } from './host-names';

/** An origin for messages. */
export const EXAMPLE_ORIGIN = 'https://app.example.com';

/** Schemes of the web, and the scheme of a page on the same host. */
const PAGE_SCHEME = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
  ['ftp', 'http'],
]);

/**
 * Schemes whose pages have no origin of their own. Browsers send `null` for them and for sandboxed pages, which any site can
 * create: https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque
 */
const OPAQUE_SCHEMES = ['about', 'blob', 'content', 'data', 'file', 'filesystem', 'javascript', 'view-source'];

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Hosts in the origins of browser extensions, by scheme. */
const EXTENSION_HOSTS = new Map([
  ['chrome-extension', { pattern: /^[a-p]{32}$/, words: 'the ID of the extension, 32 letters from a to p' }],
  ['moz-extension', { pattern: new RegExp(`^${UUID}$`), words: 'the internal UUID of the extension' }],
  ['safari-web-extension', { pattern: new RegExp(`^${UUID}$`, 'i'), words: 'the UUID of the extension' }],
]);

/**
 * True if the text is the Origin header of a page or an app, exactly as it is sent:
 *
 * - `https://host`, with the port if it is not 443
 * - `http` or `https` and a loopback host, with the port if it is not the default
 * - the scheme of an app and a host, with the port if there is one: `capacitor://localhost`
 *
 * Origins are compared as strings: one with a path, a final slash, a wildcard, a default port or an upper-case letter would never
 * match, and `null` would match all sandboxed pages.
 */
export function isOrigin(text: string): boolean {
  return isPageOrigin(text) || isAppOrigin(text);
}

/** @returns the origin that was probably intended by the URL of a page, a bare host name, or an origin of another case or scheme. */
export function originIn(text: string): string | undefined {
  const { scheme, rest } = parts(text);
  const pageScheme = PAGE_SCHEME.get(scheme);
  if (pageScheme === undefined) {
    const authority = rest.replace(/[/?#].*$/s, '');
    return [authority, authority.toLowerCase()].map((each) => `${scheme}://${each}`).find(isAppOrigin);
  }
  const url = parseUrl(`${pageScheme}://${rest}`);
  return [url, parseUrl(`https://${url?.host}`)].flatMap((each) => each?.origin ?? []).find(isPageOrigin);
}

/** @returns the fix of a text that is not an origin, as an imperative: `use "https://app.example.com"` */
export function originFix(text: string): string {
  const meant = originIn(text);
  const { scheme, rest } = parts(text);
  const extension = EXTENSION_HOSTS.get(scheme);
  if (meant !== undefined) {
    return `use "${meant}"`;
  }
  if (text.includes('*')) {
    const one = text.replace('*', PAGE_SCHEME.has(scheme) ? 'pr-1' : 'localhost');
    return `list each origin, such as "${originIn(one) ?? EXAMPLE_ORIGIN}"; wildcards are not supported, because any page on a matching host could then use the API`;
  }
  if (OPAQUE_SCHEMES.includes(scheme) || text === 'null') {
    return 'serve the page from a site, or with a scheme of the app, such as "app://localhost"; browsers send "null" as the origin of pages without one, and any site can create such a page';
  }
  if (extension) {
    return `use "${scheme}://" and ${extension.words}`;
  }
  if (PAGE_SCHEME.has(scheme)) {
    return `use scheme, host and port (if not 443) of one site, such as "${EXAMPLE_ORIGIN}"; http only with a loopback host, such as "http://localhost:5173"`;
  }
  return rest === ''
    ? `add the host of the app, such as "${scheme}://localhost"`
    : `use "${scheme}://" and only the host of the app, such as "${scheme}://localhost"`;
}

/** True for an origin of the web. `http` requires a loopback host, because anyone on the network can change other http pages. */
function isPageOrigin(text: string): boolean {
  const url = parseUrl(text);
  return (
    url?.origin === text &&
    ((['http:', 'https:'].includes(url.protocol) && isLoopback(url.hostname)) ||
      (url.protocol === 'https:' && isHostName(url.hostname)))
  );
}

/** True for `scheme://host:port`. The URL standard defines the origin `null` for such a URL, but web views send this one. */
function isAppOrigin(text: string): boolean {
  const [, scheme = '', host = '', port = '1'] =
    /^([a-z][a-z0-9+.-]*):\/\/([A-Za-z0-9._-]+)(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  return (
    scheme !== '' &&
    !PAGE_SCHEME.has(scheme) &&
    !OPAQUE_SCHEMES.includes(scheme) &&
    (EXTENSION_HOSTS.get(scheme)?.pattern.test(host) ?? true) &&
    Number(port) <= 65_535
  );
}

/** True for a host on the same machine: https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy */
function isLoopback(hostname: string): boolean {
  return (
    ['localhost', '[::1]'].includes(hostname) ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname) ||
    (hostname.endsWith('.localhost') && isHostName(hostname))
  );
}

/** The scheme of a URL in lower case, and the text after `://` or `:`. A text without a scheme counts as a page's. */
function parts(text: string): { scheme: string; rest: string } {
  const [, scheme = 'http', rest = ''] =
    /^\s*(?:([a-z][a-z0-9+.-]*):(?!\d+(?:\/|$))(?:\/\/)?)?(.*)$/is.exec(text) ?? [];
  return { scheme: scheme.toLowerCase(), rest: rest.trim() };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
