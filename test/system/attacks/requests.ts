import { ask, somebody } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath } from '../http';
import { ALLOWED_ORIGIN } from '../place';
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
  says,
  statusesIn,
} from './attack';

const EVIL = `${ALLOWED_ORIGIN}.evil.com`;

/** An address that nobody here has: of those for documentation. */
export const SPOOFED_ADDRESS = '203.0.113.66';

/** @returns a request that publishes to a topic, and is the last of its connection. */
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
 * Sends requests that two servers could end at two places, with another one behind them that would publish.
 *
 * @returns what tries it, and gives the status of the answers. It throws if the other request was performed.
 */
function smuggling(...requests: readonly ((other: string) => string)[]): Attack['attempt'] {
  return (here) =>
    each(requests, async (request) => {
      const topic = newTopic();
      const answers = await raw(here.apiUrl, request(await publishing(here, topic)));
      expect(await published(here, topic)).toBe(0);
      return statusesIn(answers) || 'no answer';
    });
}

/** @returns a request with these headers, as they are, and this behind them. */
const post = (headers: string, rest: string) => `POST /health HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n${rest}`;
const CHUNKED = 'Transfer-Encoding: chunked';
const END = '0\r\n\r\n';

export const requests: Attacks = {
  'smuggling: a length and chunks': refused(
    '400',
    smuggling(
      (other) => post(`Content-Length: ${END.length + other.length}\r\n${CHUNKED}`, `${END}${other}`),
      (other) => post(`${CHUNKED}\r\nContent-Length: 4`, `${other.length.toString(16)}\r\n${other}\r\n${END}`),
    ),
  ),
  'smuggling: two lengths': refused(
    '400',
    smuggling(
      (other) => post(`Content-Length: 0\r\nContent-Length: ${other.length}`, other),
      (other) => post(`Content-Length: ${other.length}\r\nContent-Length: 0`, other),
      (other) => post(`Content-Length: 0, ${other.length}`, other),
    ),
  ),
  'smuggling: a length that is no number': refused(
    '400',
    smuggling(
      ...['+0', '-1', '0x0', '0;', '00000000000000000000001x', ''].map(
        (length) => (other: string) => post(`Content-Length: ${length}`, other),
      ),
    ),
  ),
  'smuggling: a `Transfer-Encoding` that only some would read': refused(
    '400',
    smuggling(
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
  'smuggling: chunks of a wrong size': closed(
    'no answer',
    smuggling(
      (other) => post(CHUNKED, `10000000000000000\r\n${other}`),
      (other) => post(CHUNKED, `-1\r\n${other}`),
      (other) => post(CHUNKED, `0x0\r\n\r\n${other}`),
      (other) => post(CHUNKED, `1\r\nxx\r\n${END}${other}`),
      (other) => post(CHUNKED, `1;\n${other}`),
    ),
  ),
  'smuggling: lines that end in CR or LF alone': refused(
    '400, 505',
    smuggling(
      (other) => `POST /health HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n${other}`,
      (other) => post(`X: 1\rContent-Length: 0`, other),
      (other) => post(`X: 1\nContent-Length: 0`, other),
    ),
  ),
  'smuggling: behind a request to upgrade': refused(
    '400',
    smuggling(
      (other) => post(`Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: ${other.length}`, other),
      (other) => post(`Connection: Upgrade\r\nUpgrade: tls\r\n${CHUNKED}`, `${END}${other}`),
    ),
  ),
  'CR and LF in a header or a path': refused('400', async (here) =>
    each(
      [
        post(`X-Note: a\r${FORGED}`, ''),
        `GET /\r${FORGED} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        `GET /health HTTP/1.1\r\nHost: localhost\n${FORGED}\r\n\r\n`,
      ],
      async (bytes) => statusesIn(await raw(here.apiUrl, bytes)),
    ),
  ),
  'CR and LF, encoded, in a path, a query and a body': refused('400, 404; invalid_topic', async (here) => {
    const forged = `\r\n{"event":"${FORGED}"}`;
    const text = encodeURIComponent(forged);
    const body = JSON.stringify({ data: 1, id: forged, [forged]: 1 });
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const overHttp = await each(
      [
        () => ask(here, `/${text}`),
        () => ask(here, messagesPath(text)),
        () => ask(here, `${messagesPath('room')}?after=${text}`),
        () => ask(here, messagesPath('room'), post),
      ],
      async (asks) => (await asks()).status,
    );
    return `${overHttp}; ${await says(here, [JSON.stringify({ action: 'subscribe', topic: forged })])}`;
  }),
  'a spoofed `X-Forwarded-For`': noGain('what it would get without', async (here) => {
    const headers = { 'x-forwarded-for': `${SPOOFED_ADDRESS}, 127.0.0.1`, 'x-forwarded-host': 'evil.com' };
    await Client.connect(here, { headers });
    const spoofed = await answerTo(here, headers);
    return spoofed === (await answerTo(here)) ? 'what it would get without' : spoofed;
  }),
  'an `X-Forwarded-For` of 31 addresses': refused('463', async (here) => {
    const headers = { 'x-forwarded-for': Array.from({ length: 31 }, () => SPOOFED_ADDRESS).join(', ') };
    return (await ask(here, messagesPath('room'), { headers })).status;
  }),
  'a preflight from a bad origin, to the mint route': refused('401, and no allowance', async (here) => {
    const headers = {
      origin: EVIL,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const response = await fetch(`${here.apiUrl}/v1/tickets`, { method: 'OPTIONS', headers });
    return `${response.status}, and ${allowance(response)}`;
  }),
  'CSRF on mint: a form of another site': refused('401, and no allowance', (here) =>
    each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'], async (type) => {
      const headers = { origin: EVIL, 'content-type': type, cookie: `session=${SECRET}` };
      const response = await fetch(`${here.apiUrl}/v1/tickets`, { method: 'POST', headers, body: SECRET });
      return `${response.status}, and ${allowance(response)}`;
    }),
  ),
  'CSRF on mint: a page of another site, with the token': refused('403, and no allowance', async (here) => {
    const headers = { origin: EVIL, 'content-type': 'text/plain' };
    const response = await ask(here, '/v1/tickets', { method: 'POST', headers }, somebody());
    return `${response.status}, and ${allowance(response)}`;
  }),
  'a publish as a form would send it': refused('415', (here) =>
    each(['text/plain', 'application/x-www-form-urlencoded', 'application/json-seq', 'text/json'], async (type) => {
      const init = { method: 'POST', headers: { 'content-type': type }, body: '{"data":1}' };
      return (await ask(here, messagesPath('room'), init)).status;
    }),
  ),
  'a body of 128 KB': refused('413', (here) =>
    each([JSON.stringify({ data: SECRET.repeat(4000) }), 'x'.repeat(128 * 1024)], async (body) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      return (await ask(here, messagesPath('room'), init)).status;
    }),
  ),
};

function allowance({ headers }: Response): string {
  return headers.get('access-control-allow-origin') ?? 'no allowance';
}

async function answerTo(here: Here, headers: Record<string, string> = {}): Promise<string> {
  const response = await ask(here, messagesPath('untouched'), { headers });
  return `${response.status} ${await response.text()}`;
}
