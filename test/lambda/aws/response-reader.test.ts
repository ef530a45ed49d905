import fc from 'fast-check';
import { MalformedResponse } from '../../../lambda/aws/response-head';
import { type Response, ResponseReader } from '../../../lambda/aws/response-reader';

/** @returns the reader's result for bytes that arrive in pieces. `closes`: the connection then ends. */
function read(pieces: readonly Buffer[], closes = false): Response | undefined {
  const reader = new ResponseReader();
  let response: Response | undefined;
  for (const piece of pieces) {
    response = reader.push(piece);
  }
  return response ?? (closes ? reader.end() : undefined);
}

const bytes = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
const readAll = (...lines: string[]) => read([bytes(...lines)]);

/** Cuts bytes into pieces at the given places. */
function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % whole.length)), whole.length].sort((a, b) => a - b);
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end)).filter((piece) => piece.length > 0);
}

const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_!#$'), minLength: 1, maxLength: 8 });
const value = fc.string({ unit: fc.constantFrom(...'abc ,;:="/\t\xe9'), maxLength: 12 });
const headerLines = fc
  .array(fc.tuple(token, value), { maxLength: 4 })
  .map((pairs) => pairs.map(([name, content]) => `x-${name}: ${content}`));
const interim = fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
const body = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));

/** A response and its body. `closes`: it ends with the connection. */
interface Sample {
  whole: Buffer;
  status: number;
  body: Buffer;
  closes: boolean;
}

/** Every way to mark the end of a body, with statuses for which it is valid. */
const framed: fc.Arbitrary<{ statuses: number[]; headers: string[]; sent: Buffer; body: Buffer; closes?: boolean }> =
  fc.oneof(
    body.map((sent) => ({
      statuses: [200, 201, 400, 410, 500],
      headers: [`Content-Length: ${sent.length}`],
      sent,
      body: sent,
    })),
    fc
      .record({ chunks: fc.array(body, { maxLength: 4 }), extension: fc.constantFrom('', ';a=b', ' ; "x"') })
      .map(({ chunks, extension }) => ({
        statuses: [200, 503],
        headers: ['transfer-encoding: Chunked'],
        sent: chunked(chunks, extension),
        body: Buffer.concat(chunks),
      })),
    body.map((sent) => ({ statuses: [200, 502], headers: ['connection: close'], sent, body: sent, closes: true })),
    fc.constantFrom<string[]>([], ['content-length: 12'], ['transfer-encoding: chunked']).map((headers) => ({
      statuses: [204, 304],
      headers,
      sent: Buffer.alloc(0),
      body: Buffer.alloc(0),
    })),
  );

function chunked(chunks: readonly Buffer[], extension: string): Buffer {
  const parts = chunks
    .filter((chunk) => chunk.length > 0)
    .map((chunk) => Buffer.concat([bytes(`${chunk.length.toString(16)}${extension}`, ''), chunk, bytes('', '')]));
  return Buffer.concat([...parts, bytes('0', 'x-trailer: t', '', '')]);
}

const samples: fc.Arbitrary<Sample> = fc
  .record({
    before: interim,
    framing: framed,
    at: fc.nat(),
    others: headerLines,
    reason: fc.constantFrom('', ' OK', ' '),
  })
  .map(({ before, framing, at, others, reason }) => {
    const status = framing.statuses[at % framing.statuses.length] ?? 200;
    const head = bytes(`${before}HTTP/1.1 ${status}${reason}`, ...others, ...framing.headers, '', '');
    const whole = Buffer.concat([head, framing.sent]);
    return { whole, status, body: framing.body, closes: framing.closes ?? false };
  });

it('a response is parsed in the same way in any pieces', () => {
  fc.assert(
    fc.property(samples, fc.array(fc.nat(), { maxLength: 12 }), ({ whole, status, body, closes }, places) => {
      const atOnce = read([whole], closes);
      expect(atOnce).toMatchObject({ status, keepAlive: !closes });
      expect(atOnce?.body.equals(body)).toBe(true);
      expect(read(cut(whole, places), closes)).toEqual(atOnce);
      expect(
        read(
          Array.from(whole, (byte) => Buffer.from([byte])),
          closes,
        ),
      ).toEqual(atOnce);
    }),
    { numRuns: 300 },
  );
});

it('bytes after the end of a response are refused', () => {
  fc.assert(
    fc.property(
      samples.filter(({ closes }) => !closes),
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      ({ whole }, more) => {
        expect(() => read([Buffer.concat([whole, more])])).toThrow(MalformedResponse);
      },
    ),
  );
});

it('a truncated response is refused', () => {
  fc.assert(
    fc.property(samples, fc.nat(), ({ whole, closes }, place) => {
      const head = whole.indexOf('\r\n\r\n', whole.lastIndexOf('HTTP/1.1'));
      const end = 1 + (place % ((closes ? head : whole.length) - 1));
      expect(() => read([whole.subarray(0, end)], true)).toThrow(MalformedResponse);
    }),
  );
});

it('a connection that closes without a byte yields no response', () => {
  expect(read([], true)).toBeUndefined();
});

it('a complete response is returned with lower-case header names', () => {
  expect(readAll('HTTP/1.1 200 OK', 'X-Amzn-ErrorType:  Gone ', 'a: 1', 'A: 2', 'content-length: 2', '', 'ok')).toEqual(
    {
      status: 200,
      headers: { 'x-amzn-errortype': 'Gone', a: '1, 2', 'content-length': '2' },
      body: Buffer.from('ok'),
      keepAlive: true,
    },
  );
});

it.each([
  ['Connection: close', 'HTTP/1.1 200 OK', 'Connection: close'],
  ['a list with close', 'HTTP/1.1 200 OK', 'connection: foo, Close'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK', 'x: y'],
])('the connection is not kept alive after %s', (_, ...lines) => {
  expect(readAll(...lines, 'content-length: 0', '', '')).toMatchObject({ keepAlive: false });
});

it.each([
  ['text that is not HTTP', 'SSH-2.0-OpenSSH', '', ''],
  ['another version of HTTP', 'HTTP/2 200', '', ''],
  ['a status of two digits', 'HTTP/1.1 20 OK', '', ''],
  ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols', '', ''],
  ['a header without a colon', 'HTTP/1.1 200 OK', 'a', '', ''],
  ['a space before the colon', 'HTTP/1.1 200 OK', 'content-length : 0', '', ''],
  ['a folded header', 'HTTP/1.1 200 OK', 'a: b', ' c', 'content-length: 0', '', ''],
  ['a lone line feed', 'HTTP/1.1 200 OK', 'a: b\ncontent-length: 0', '', ''],
  ['a negative length', 'HTTP/1.1 200 OK', 'content-length: -1', '', ''],
  ['a length in hexadecimal', 'HTTP/1.1 200 OK', 'content-length: 0x1', '', ''],
  ['two lengths', 'HTTP/1.1 200 OK', 'content-length: 1', 'content-length: 2', '', ''],
  ['a length and chunks', 'HTTP/1.1 200 OK', 'content-length: 1', 'transfer-encoding: chunked', '', ''],
  ['an unknown encoding', 'HTTP/1.1 200 OK', 'transfer-encoding: gzip, chunked', '', ''],
  ['a chunk without a size', 'HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'x', ''],
  ['a chunk that is longer than its size', 'HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '1', 'ab', ''],
  ['an invalid trailer', 'HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '0', 'x', '', ''],
])('the reader refuses %s', (_, ...lines) => {
  expect(() => readAll(...lines)).toThrow(MalformedResponse);
});

it.each([
  ['an endless head', ['HTTP/1.1 200 OK', `a: ${'x'.repeat(20_000)}`]],
  ['endless interim responses', Array.from({ length: 2000 }, () => 'HTTP/1.1 100 Continue\r\n')],
  ['endless trailers', ['HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '0', ...Array(4000).fill('a: b')]],
  ['a body of gigabytes', ['HTTP/1.1 200 OK', 'content-length: 9999999999', '', '']],
  ['a chunk of gigabytes', ['HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'ffffffff', '']],
])('the reader refuses %s', (_, lines) => {
  expect(() => readAll(...lines)).toThrow(/too large/);
});

it('a head of 12 KB is accepted, such as one with long headers of a proxy', () => {
  const head = ['HTTP/1.1 200 OK', `x-long: ${'a'.repeat(12_000)}`, 'content-length: 0', '', ''];
  expect(readAll(...head)).toMatchObject({ status: 200 });
});

it.each([
  ['accepted', 20],
  ['refused', 40],
])('a body is %s from its length alone if it has %i MB', (outcome, megabytes) => {
  const head = ['HTTP/1.1 200 OK', `content-length: ${megabytes * 1024 * 1024}`, '', ''];
  const reading = () => readAll(...head);
  if (outcome === 'accepted') {
    expect(reading()).toBeUndefined();
  } else {
    expect(reading).toThrow(/too large/);
  }
});

it('a body can have more chunks than the maximum number of bytes of a head', () => {
  const chunks = Array.from({ length: 20_000 }, () => '1\r\na\r\n').join('');
  expect(readAll('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', `${chunks}0`, '', '')?.body).toHaveLength(20_000);
});
