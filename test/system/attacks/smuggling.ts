import { somebody } from '../caller';
import { newTopic } from '../client';
import { messagesPath } from '../http';
import {
  type Attack,
  type Attacks,
  closed,
  each,
  FORGED,
  type Here,
  noGain,
  published,
  raw,
  refused,
  SECRET,
  statusesIn,
} from './attack';

/** @returns a request that publishes to a topic and closes its connection. */
export async function publishing(here: Here, topic: string): Promise<string> {
  const body = JSON.stringify({ data: SECRET });
  return [
    `POST ${messagesPath(topic)} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${await here.token(somebody())}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
    `\r\n${body}`,
  ].join('\r\n');
}

/**
 * Sends requests whose end two servers could interpret differently, each followed by a request to publish.
 *
 * @returns an attempt that returns the statuses of the responses. It throws if the second request was performed.
 */
function behind(...requests: readonly ((other: string) => string)[]): Attack['attempt'] {
  return (here) =>
    each(requests, async (request) => {
      const topic = newTopic();
      const answers = await raw(here.httpUrl, request(await publishing(here, topic)));
      expect(await published(here, topic)).toBe(0);
      return statusesIn(answers) || 'no answer';
    });
}

/** @returns a request with these raw headers, followed by `rest`. */
const post = (headers: string, rest: string) => `POST /health HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n${rest}`;
const CHUNKED = 'Transfer-Encoding: chunked';
const END = '0\r\n\r\n';

/** @param badLines - result of an attack with lines that end in CR or LF alone */
const smugglingWith = (badLines: string): Attacks => ({
  'a length and chunks': refused(
    '400',
    behind(
      (other) => post(`Content-Length: ${END.length + other.length}\r\n${CHUNKED}`, `${END}${other}`),
      (other) => post(`${CHUNKED}\r\nContent-Length: 4`, `${other.length.toString(16)}\r\n${other}\r\n${END}`),
    ),
  ),
  'two lengths': refused(
    '400',
    behind(
      (other) => post(`Content-Length: 0\r\nContent-Length: ${other.length}`, other),
      (other) => post(`Content-Length: ${other.length}\r\nContent-Length: 0`, other),
      (other) => post(`Content-Length: 0, ${other.length}`, other),
    ),
  ),
  'a length that is no number': refused(
    '400',
    behind(
      ...['+0', '-1', '0x0', '0;', '00000000000000000000001x', ''].map(
        (length) => (other: string) => post(`Content-Length: ${length}`, other),
      ),
    ),
  ),
  'a `Transfer-Encoding` that only some would read': refused(
    '400',
    behind(
      ...[
        'Transfer-Encoding : chunked',
        'Transfer-Encoding: xchunked',
        'Transfer-Encoding: chunked, identity',
        'Transfer-Encoding: identity\r\nTransfer-Encoding: gzip',
        'Transfer-Encoding:\r\n chunked',
        'Transfer-Encoding: \x0bchunked',
        '\x00Transfer-Encoding: chunked',
        'Transfer-Encoding\r: chunked',
      ].map((header) => (other: string) => post(`${header}\r\nContent-Length: ${END.length}`, `${END}${other}`)),
    ),
  ),
  'chunks of a wrong size': closed(
    'no answer',
    behind(
      (other) => post(CHUNKED, `10000000000000000\r\n${other}`),
      (other) => post(CHUNKED, `-1\r\n${other}`),
      (other) => post(CHUNKED, `0x0\r\n\r\n${other}`),
      (other) => post(CHUNKED, `1\r\nxx\r\n${END}${other}`),
      (other) => post(CHUNKED, `1;\n${other}`),
    ),
  ),
  'lines that end in CR or LF alone': refused(
    badLines,
    behind(
      (other) => `POST /health HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n${other}`,
      (other) => post(`X: 1\rContent-Length: 0`, other),
      (other) => post(`X: 1\nContent-Length: 0`, other),
    ),
  ),
  'behind a request to upgrade': refused(
    '400',
    behind(
      (other) => post(`Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: ${other.length}`, other),
      (other) => post(`Connection: Upgrade\r\nUpgrade: tls\r\n${CHUNKED}`, `${END}${other}`),
    ),
  ),
  'behind a handshake, where no socket is': noGain(
    '200',
    behind(
      (other) =>
        `GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 777\r\n\r\n${other}`,
    ),
  ),
  'CR and LF in a header or a path': refused('400', async (here) =>
    each(
      [
        post(`X-Note: a\r${FORGED}`, ''),
        `GET /\r${FORGED} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        `GET /health HTTP/1.1\r\nHost: localhost\n${FORGED}\r\n\r\n`,
      ],
      async (bytes) => statusesIn(await raw(here.httpUrl, bytes)),
    ),
  ),
});

export const smuggling = smugglingWith('400, 505');

/** The same requests to a gateway, which sends what it accepts to the load balancer over another connection. */
export const smugglingThroughGateway = smugglingWith('400');
