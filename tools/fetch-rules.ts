/** Methods that a page can send to another origin without a preflight. */
export const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'POST'];

/** Content types that a page can send to another origin without a preflight. */
const SAFE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** Maximum length of one value, and of all together, that need no preflight. */
const LONGEST_VALUE = 128;
const LONGEST_TOGETHER = 1_024;

/** Names that a page cannot set, so no preflight asks for them. A browser drops them. */
const FORBIDDEN = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'access-control-request-private-network',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/**
 * Names of the headers for which a browser asks the other origin, in lower case and sorted: the CORS-unsafe request-header
 * names of the Fetch standard.
 */
export function unsafeHeaders(headers: Readonly<Record<string, string>>): string[] {
  const own = Object.entries(headers).filter(
    // Chromium sends its own User-Agent.
    ([name]) => !isForbidden(name) && name !== 'user-agent',
  );
  const unsafe = own.filter(([name, value]) => !isSafe(name, value));
  const safe = own.filter(([name, value]) => isSafe(name, value));
  const together = safe.reduce((length, [, value]) => length + byteLength(value), 0);
  return [...unsafe, ...(together > LONGEST_TOGETHER ? safe : [])].map(([name]) => name).sort();
}

/** True for a header that a page cannot set. @param name in lower case */
export function isForbidden(name: string): boolean {
  return FORBIDDEN.has(name) || name.startsWith('sec-') || name.startsWith('proxy-');
}

function isSafe(name: string, value: string): boolean {
  if (byteLength(value) > LONGEST_VALUE) {
    return false;
  }
  switch (name) {
    case 'accept':
      return !hasUnsafeByte(value);
    case 'accept-language':
    case 'content-language':
      return /^[0-9A-Za-z *,\-.;=]*$/.test(value);
    case 'content-type':
      return !hasUnsafeByte(value) && SAFE_TYPES.includes(essence(value));
    case 'range':
      return /^bytes=\d+-\d*$/.test(value);
    default:
      return false;
  }
}

/** `text/plain` of `Text/Plain;charset=UTF-8` */
function essence(value: string): string {
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}

function byteLength(value: string): number {
  return new TextEncoder().encode(value).length;
}

/** True for the CORS-unsafe request-header bytes: control characters except the tab, and `"():<>?@[\]{}`. */
function hasUnsafeByte(value: string): boolean {
  return [...value].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (code < 0x20 && code !== 0x09) || code === 0x7f || '"():<>?@[\\]{}'.includes(character);
  });
}

/** Content type of a text: for JSON as most pages set it, and otherwise the one that `fetch` sets. */
export function contentTypeOf(body: string): string {
  try {
    JSON.parse(body);
    return 'application/json';
  } catch {
    return 'text/plain;charset=UTF-8';
  }
}
