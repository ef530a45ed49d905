/** An HTTP response without its body. */
export interface ResponseHead {
  status: number;
  /** Values by lowercase name. Values of a repeated name are joined by commas. */
  headers: Readonly<Record<string, string | undefined>>;
  /** True if the connection can be reused. */
  keepAlive: boolean;
}

/** Framing of a body: a number of bytes, chunks, or everything until the connection closes. */
export type Framing = number | 'chunked' | 'until close';

/** Thrown if the bytes are not one HTTP/1.1 response, or are too many. The connection cannot be used again. */
export class MalformedResponse extends Error {
  constructor(what: string) {
    super(`The server sent a malformed HTTP/1.1 response: ${what}`);
    this.name = 'MalformedResponse';
  }
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n]*)?$/;
const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*?)[ \t]*$/;
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;

/** Parses the lines before a body, without the empty line. Rejects what two parsers could interpret differently. */
export function parseHead(text: string): ResponseHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const [, minor, status] = STATUS_LINE.exec(statusLine) ?? [];
  if (!status) {
    throw new MalformedResponse('invalid status line');
  }
  const headers = parseHeaders(lines);
  return { status: Number(status), headers, keepAlive: minor === '1' && !CLOSE.test(headers.connection ?? '') };
}

export function parseHeaders(lines: readonly string[]): ResponseHead['headers'] {
  const headers: Record<string, string | undefined> = Object.create(null);
  for (const line of lines) {
    const [, name, value = ''] = HEADER_LINE.exec(line) ?? [];
    if (!name) {
      throw new MalformedResponse('invalid header');
    }
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** @returns the framing of the body of a response to a POST (RFC 9112, section 6.3) */
export function framingOf({ status, headers }: ResponseHead): Framing {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (encoding !== undefined && (length !== undefined || encoding.toLowerCase() !== 'chunked')) {
    throw new MalformedResponse('ambiguous body length');
  }
  if (status === 204 || status === 304) {
    return 0;
  }
  if (encoding !== undefined) {
    return 'chunked';
  }
  return length === undefined ? 'until close' : parseLength(length);
}

/** Parses a length. Repeated lengths must be equal. */
function parseLength(header: string): number {
  const [length = '', ...others] = new Set(header.split(/[ \t]*,[ \t]*/));
  if (!/^\d{1,15}$/.test(length) || others.length > 0) {
    throw new MalformedResponse('invalid Content-Length');
  }
  return Number(length);
}
