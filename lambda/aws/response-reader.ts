import { framingOf, MalformedResponse, parseHead, parseHeaders, type ResponseHead } from './response-head';

/** An HTTP response. */
export interface Response extends ResponseHead {
  body: Buffer;
}

/** Maximum total of interim responses, head and trailers, as in the parser of Node.js. */
const MAX_HEAD_BYTES = 16 * 1024;

/** More than any response of DynamoDB, which limits a page to 1 MB and a batch to 16 MB. Both are larger in JSON. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

const NOTHING: Buffer = Buffer.alloc(0);
const LINE_END = '\r\n';
const HEAD_END = '\r\n\r\n';
const CHUNK_LINE = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?$/;

/** Parses one response to a POST, incrementally. Skips interim responses (1xx). */
export class ResponseReader {
  /** Received bytes that are not parsed yet. */
  private rest = NOTHING;
  private place: 'head' | 'body' | 'chunk size' | 'chunk' | 'chunk end' | 'trailer' | 'until close' | 'done' = 'head';

  private head?: ResponseHead;
  private headBytes = 0;
  private readonly parts: Buffer[] = [];
  private bodyBytes = 0;
  /** Remaining bytes of the body or of the current chunk. */
  private wanted = 0;

  /** @returns the response when it is complete. Throws {@link MalformedResponse}, also for bytes after the response. */
  push(bytes: Buffer): Response | undefined {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    while (this.advance()) {
      if (this.place === 'done') {
        if (this.rest.length > 0) {
          throw new MalformedResponse('data after the end');
        }
        return this.response();
      }
    }
    return undefined;
  }

  /** Handles the end of the connection. @returns the response if it ends there; undefined if no byte was received */
  end(): Response | undefined {
    if (this.place === 'until close') {
      return this.response();
    }
    if (this.headBytes + this.rest.length > 0) {
      throw new MalformedResponse('incomplete');
    }
    return undefined;
  }

  /** @returns true if the state changed, false if more bytes are needed. */
  private advance(): boolean {
    switch (this.place) {
      case 'head':
        return this.line(HEAD_END, (text) => this.begin(parseHead(text)));
      case 'chunk size':
        return this.line(LINE_END, (text) => this.beginChunk(text));
      case 'chunk end':
        return this.line(LINE_END, (text) => {
          if (text !== '') {
            throw new MalformedResponse('a chunk is longer than its size');
          }
          this.place = 'chunk size';
        });
      case 'trailer':
        return this.line(LINE_END, (text) => {
          this.place = text === '' ? 'done' : 'trailer';
          parseHeaders(text === '' ? [] : [text]);
        });
      case 'until close':
        this.wanted = this.rest.length;
        this.take();
        return false;
      default:
        return this.take();
    }
  }

  private begin(head: ResponseHead): void {
    if (head.status === 101) {
      throw new MalformedResponse('unexpected status 101');
    }
    if (head.status < 200) {
      return;
    }
    const framing = framingOf(head);
    this.head = head;
    if (framing === 'chunked') {
      this.place = 'chunk size';
    } else if (framing === 'until close') {
      this.place = 'until close';
      this.head = { ...head, keepAlive: false };
    } else {
      this.expect(framing, 'body');
    }
  }

  private beginChunk(text: string): void {
    const [, size] = CHUNK_LINE.exec(text) ?? [];
    if (!size) {
      throw new MalformedResponse('invalid chunk size');
    }
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) {
      this.place = 'trailer';
    } else {
      this.expect(bytes, 'chunk');
    }
  }

  private expect(bytes: number, place: 'body' | 'chunk'): void {
    this.wanted = bytes;
    this.place = place;
    if (this.bodyBytes + bytes > MAX_BODY_BYTES) {
      throw new MalformedResponse('the body is too large');
    }
  }

  /** Takes the remaining bytes of the body or chunk, as far as they were received. */
  private take(): boolean {
    const part = this.rest.subarray(0, this.wanted);
    this.rest = this.rest.subarray(part.length);
    this.parts.push(part);
    this.bodyBytes += part.length;
    this.wanted -= part.length;
    if (this.bodyBytes > MAX_BODY_BYTES) {
      throw new MalformedResponse('the body is too large');
    }
    if (this.wanted === 0 && this.place !== 'until close') {
      this.place = this.place === 'chunk' ? 'chunk end' : 'done';
      return true;
    }
    return false;
  }

  /** Takes a text up to and including `end`, and parses it. */
  private line(end: string, read: (text: string) => void): boolean {
    const at = this.rest.indexOf(end, 0, 'latin1');
    const taken = at < 0 ? this.rest.length : at + end.length;
    if (this.headBytes + taken > MAX_HEAD_BYTES) {
      throw new MalformedResponse('the head is too large');
    }
    if (at < 0) {
      return false;
    }
    // A body can have as many chunks as bytes, so each chunk line is limited, but not their total.
    this.headBytes += this.place.startsWith('chunk') ? 0 : taken;
    const text = this.rest.toString('latin1', 0, at);
    this.rest = this.rest.subarray(taken);
    read(text);
    return true;
  }

  private response(): Response {
    return { ...(this.head as ResponseHead), body: Buffer.concat(this.parts) };
  }
}
