/** An HTTP response without its body. */
export interface ResponseHead {
  status: number;
  /** By lower-case name; of a name that came twice, the values with a comma between. */
  headers: Readonly<Record<string, string | undefined>>;
  /** True if the connection can carry another request. */
  keepAlive: boolean;
}

/** Length of the body after a head: bytes, chunks, or everything until the connection closes. */
export type Framing = number | 'chunked' | 'until close';

/** Thrown when the bytes are no HTTP/1.1 response, or more than one, or too large: nothing later can be trusted either. */
export class MalformedResponse extends Error {
  constructor(what: string) {
    super(`The server's answer is not an HTTP/1.1 response: ${what}`);
    this.name = 'MalformedResponse';
  }
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*$/;
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;

/** Reads the lines before a body, without the empty one. Strict where leniency would let two readers disagree. */
export function parseHead(text: string): ResponseHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const [, minor, status] = STATUS_LINE.exec(statusLine) ?? [];
  if (!status) {
    throw new MalformedResponse('its first line is none');
  }
  const headers = parseHeaders(lines);
  return { status: Number(status), headers, keepAlive: minor === '1' && !CLOSE.test(headers.connection ?? '') };
}

export function parseHeaders(lines: readonly string[]): ResponseHead['headers'] {
  const headers: Record<string, string | undefined> = Object.create(null);
  for (const line of lines) {
    const [, name, value = ''] = HEADER_LINE.exec(line) ?? [];
    if (!name) {
      throw new MalformedResponse('a header is none');
    }
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** @returns the length of the body of a response to a POST (RFC 9112, section 6.3) */
export function framingOf({ status, headers }: ResponseHead): Framing {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (encoding !== undefined && (length !== undefined || encoding.toLowerCase() !== 'chunked')) {
    throw new MalformedResponse('its body has no certain end');
  }
  if (status === 204 || status === 304) {
    return 0;
  }
  if (encoding !== undefined) {
    return 'chunked';
  }
  return length === undefined ? 'until close' : parseLength(length);
}

/** A length that comes twice must be the same twice. */
function parseLength(header: string): number {
  const [length = '', ...others] = new Set(header.split(/[ \t]*,[ \t]*/));
  if (!/^\d{1,15}$/.test(length) || others.length > 0) {
    throw new MalformedResponse('its length is no number');
  }
  return Number(length);
}
