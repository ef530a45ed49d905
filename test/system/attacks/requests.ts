import { ask, somebody } from '../caller';
import { Client } from '../client';
import { messagesPath, post } from '../http';
import { ALLOWED_ORIGIN } from '../place';
import { type Attacks, each, FORGED, type Here, noGain, refused, SECRET, codesFor } from './attack';

const EVIL = `${ALLOWED_ORIGIN}.evil.com`;

/** An address of a range reserved for documentation. */
export const SPOOFED_ADDRESS = '203.0.113.66';

export const requests: Attacks = {
  'CR and LF, encoded, in a path, a query and a body': refused('400, 404; invalid_topic', async (here) => {
    const forged = `\r\n{"event":"${FORGED}"}`;
    const text = encodeURIComponent(forged);
    const body = JSON.stringify({ data: 1, id: forged, [forged]: 1 });
    const overHttp = await each(
      [
        () => ask(here, `/v1/${text}`),
        () => ask(here, messagesPath(text)),
        () => ask(here, `${messagesPath('room')}?after=${text}`),
        () => post(here, 'room', body),
      ],
      async (request) => (await request()).status,
    );
    return `${overHttp}; ${await codesFor(here, [JSON.stringify({ action: 'subscribe', topic: forged })])}`;
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
    const response = await fetch(`${here.httpUrl}/v1/tickets`, { method: 'OPTIONS', headers });
    return `${response.status}, and ${allowance(response)}`;
  }),
  'CSRF on mint: a form of another site': refused('401, and no allowance', (here) =>
    each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'], async (type) => {
      const headers = { origin: EVIL, 'content-type': type, cookie: `session=${SECRET}` };
      const response = await fetch(`${here.httpUrl}/v1/tickets`, { method: 'POST', headers, body: SECRET });
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
      return (await post(here, 'room', '{"data":1}', type)).status;
    }),
  ),
  'a body that is not UTF-8, or begins with a byte order mark': refused('400', (here) =>
    each(['{"data":"\xff"}', '{"data":"\xed\xa0\x80"}', '\xef\xbb\xbf{"data":1}'], async (bytes) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(bytes, 'latin1'),
      };
      return (await ask(here, messagesPath('room'), init)).status;
    }),
  ),
  'numbers and surrogates that JSON does not keep': refused('400', (here) =>
    each(['1e400', '1e-400', '12345678901234567890', '"\\ud800"'], async (data) => {
      return (await post(here, 'room', `{"data":${data}}`)).status;
    }),
  ),
  'a body of 128 KB': refused('413', (here) =>
    each([JSON.stringify({ data: SECRET.repeat(4000) }), 'x'.repeat(128 * 1024)], async (body) => {
      return (await post(here, 'room', body)).status;
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
