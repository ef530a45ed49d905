import { validateHeaderName, validateHeaderValue } from 'node:http';
import { InvalidArgumentError } from 'commander';

/** Parses a URL with one of the protocols: `http:`. */
export function url(...protocols: string[]) {
  const schemes = protocols.map((protocol) => `${protocol}//`).join(' or ');
  return (value: string): URL => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed && protocols.some((protocol) => value.trim().startsWith(`${protocol}//`))) {
      throw new InvalidArgumentError(
        `Fix: use a URL with a host and, if it is not the default, a port from 1 to 65535: ${protocols[0]}//localhost:8000/items.`,
      );
    }
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw new InvalidArgumentError(`Fix: use a URL that begins with ${schemes}.`);
    }
    if (parsed.username !== '' || parsed.password !== '') {
      throw new InvalidArgumentError(
        "Fix: use a URL without user and password, and --header 'authorization: Basic ...'.",
      );
    }
    // A browser does not send it.
    parsed.hash = '';
    return parsed;
  };
}

/** Parses an origin. The URL standard defines none for the scheme of an app, `capacitor://localhost`. */
export function origin(value: string): string {
  const isOrigin =
    // Pages that are opened as a file.
    value === 'null' ||
    (URL.canParse(value) && new URL(value).origin === value) ||
    (/^[a-z][a-z0-9+.-]*:\/\/[\w.-]+(:\d+)?$/.test(value) && !/^(https?|wss?|ftp|file):/.test(value));
  if (!isOrigin) {
    throw new InvalidArgumentError(
      "Fix: use the origin that a browser sends: scheme, host and port, without a path or a final '/'.",
    );
  }
  return value;
}

/** Parses a path with an optional query string. */
export function path(value: string): string {
  if (!/^\/(?!\/)\S*$/.test(value)) {
    throw new InvalidArgumentError("Fix: use a path of the same server that begins with one '/'.");
  }
  return value;
}

export function number(minimum: number, maximum: number) {
  return (value: string): number => {
    if (!/^\d{1,6}$/.test(value) || Number(value) < minimum || Number(value) > maximum) {
      throw new InvalidArgumentError(`Fix: use a whole number from ${minimum} to ${maximum}.`);
    }
    return Number(value);
  };
}

/** Maximum seconds without a request, and maximum number of such rests. */
const LONGEST_REST = 3_600;
const MOST_RESTS = 10;

/** Parses seconds: `1,6,15`, or `none`. */
export function seconds(value: string): readonly number[] {
  if (value === 'none') {
    return [];
  }
  const all = value.split(',').map((part) => (/^\d+(\.\d+)?$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (all.length > MOST_RESTS || !all.every((one) => one > 0 && one <= LONGEST_REST)) {
    throw new InvalidArgumentError(
      `Fix: use at most ${MOST_RESTS} numbers of seconds from 0.1 to ${LONGEST_REST}, such as 1,6,15, or none.`,
    );
  }
  return all;
}

/** Methods that `fetch` cannot send. */
const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK']);

export function method(value: string): string {
  const name = value.toUpperCase();
  if (!/^[A-Z][A-Z-]*$/.test(name) || FORBIDDEN_METHODS.has(name)) {
    throw new InvalidArgumentError('Fix: use a method that a page can send, such as GET, POST, PUT, PATCH or DELETE.');
  }
  return name;
}

/** Headers that have an option, or that the connection needs. */
const OTHER_OPTIONS: Readonly<Record<string, string>> = {
  cookie: 'use --cookie',
  origin: 'use --origin',
  host: 'use the host in the URL',
  'content-length': 'use --data, which sets it',
};
const OF_THE_CONNECTION = new Set([
  'connection',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Adds `Name: value` to the headers. The values of a repeated name are joined, as a browser joins them. */
export function header(
  line: string,
  previous: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, spelled = '', value = ''] = /^([^:]*):(.*)$/s.exec(line) ?? [];
  const name = spelled.trim().toLowerCase();
  if (!isHeader(name, value.trim())) {
    throw new InvalidArgumentError(
      "Fix: use one line in quotes with a name, ':' and a value: 'authorization: Bearer ...'.",
    );
  }
  if (OF_THE_CONNECTION.has(name)) {
    throw new InvalidArgumentError('Fix: omit it, because a page cannot set this header.');
  }
  if (OTHER_OPTIONS[name] !== undefined) {
    throw new InvalidArgumentError(`Fix: ${OTHER_OPTIONS[name]}.`);
  }
  return { ...previous, [name]: name in previous ? `${previous[name]}, ${value.trim()}` : value.trim() };
}

export function cookie(value: string): string {
  if (!/^[^\s=;]+=/.test(value) || !isHeader('cookie', value)) {
    throw new InvalidArgumentError("Fix: use names and values as the browser sends them: 'session=abc; theme=dark'.");
  }
  return value;
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** Parses a WebSocket subprotocol: a token of HTTP, or nothing. */
export function subprotocol(value: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]*$/.test(value)) {
    throw new InvalidArgumentError("Fix: use one name without spaces and commas, or '' for none.");
  }
  return value;
}

/** Appends a repeated value. */
export function another(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
