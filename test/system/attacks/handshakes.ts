import { PROTOCOL } from '../../../client/protocol';
import { newTicket, somebody } from '../caller';
import { newTopic, refused as statusOf } from '../client';
import { ALLOWED_ORIGIN } from '../place';
import {
  type Attacks,
  closed,
  closeCode,
  each,
  type Here,
  published,
  raw,
  refused,
  SECRET,
  statusesIn,
} from './attack';

/** Uses a ticket of the allowed origin with each of these origins instead. */
function from(...origins: (string | undefined)[]): (here: Here) => Promise<string> {
  return (here) =>
    each(origins, async (origin) => {
      const ticket = await newTicket(here, somebody(), ALLOWED_ORIGIN);
      return statusOf(here, [PROTOCOL, `ticket.${ticket}`], { origin });
    });
}

export const handshakes: Attacks = {
  'no Origin, with a ticket of a page': refused('401', from(undefined)),
  '`null` as the Origin': refused('403', from('null')),
  'an Origin that begins as an allowed one': refused('403', from(`${ALLOWED_ORIGIN}.evil.com`)),
  'an Origin of `http:`': refused('403', from(ALLOWED_ORIGIN.replace('https:', 'http:'))),
  'an Origin of a sibling subdomain': refused(
    '403',
    from(ALLOWED_ORIGIN.replace('app.', 'evil.'), ALLOWED_ORIGIN.replace('app.', '')),
  ),
  'an Origin in other case, or with a port': refused(
    '403',
    from(ALLOWED_ORIGIN.toUpperCase(), `${ALLOWED_ORIGIN}:8443`, `${ALLOWED_ORIGIN}:443`, `${ALLOWED_ORIGIN}/`),
  ),
  'a frame before the handshake is answered, without a ticket': refused('401', async (here) => {
    const topic = newTopic();
    const frame = masked(JSON.stringify({ action: 'publish', topic, data: SECRET }));
    const answer = await raw(here.webSocketUrl, `${handshake(new URL(here.webSocketUrl).pathname, PROTOCOL)}${frame}`);
    expect(await published(here, topic)).toBe(0);
    return statusesIn(answer);
  }),
  'a frame that is not masked': closed('1002', (here) =>
    closeCode(here, ({ socket }) => socket.send('{"action":"ping"}', { mask: false })),
  ),
};

function handshake(path: string, protocols: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.from('0123456789abcdef').toString('base64')}`,
    `Sec-WebSocket-Protocol: ${protocols}`,
    '\r\n',
  ].join('\r\n');
}

/** @returns a client's text frame, masked with zeros. */
function masked(text: string): string {
  const length = Buffer.alloc(4, 0x81);
  length.writeUInt8(0x80 | 126, 1);
  length.writeUInt16BE(text.length, 2);
  return `${length.toString('latin1')}\0\0\0\0${text}`;
}
