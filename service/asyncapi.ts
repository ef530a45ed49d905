import { Limit, PROTOCOL } from '../client/protocol';
import { TICKET_SECONDS } from '../lambda/realtime/tickets';
import { EXAMPLES } from './frame-examples';
import { ANSWERS, CLIENT_MESSAGES, SERVER_MESSAGES } from './frame-messages';
import { LICENSE } from './license';

export interface AsyncApiOptions {
  /** URL of the WebSocket lane: `wss://ws.example.com`, or `wss://app.example.com/socket`. Undefined if the service does not know it. */
  webSocketUrl: string | undefined;
  /** True if a connection needs a ticket. */
  tickets: boolean;
}

/** Limits of the protocol: what, its value, and what happens if it is exceeded. */
export const LIMITS = [
  ['one frame', `${Limit.FRAME_BYTES} bytes`, 'close 1009'],
  ['data, as JSON in UTF-8 without spaces', `${Limit.DATA_BYTES} bytes`, 'too_large'],
  ['data, nesting of arrays and objects', `${Limit.DATA_DEPTH} levels`, 'too_large'],
  ['topic', `${Limit.TOPIC_LENGTH} characters`, 'invalid_topic'],
  ['message id', `${Limit.MESSAGE_ID_LENGTH} characters`, 'invalid_frame'],
  ['ref', `${Limit.REF_LENGTH} characters`, 'invalid_frame'],
  ['subscriptions of a connection', `${Limit.SUBSCRIPTIONS}`, 'subscription_limit'],
  ['topics of a subscribe', `${Limit.SUBSCRIPTIONS}`, 'invalid_frame'],
  ['topics of a ping', `${Limit.PING_TOPICS}`, 'invalid_frame'],
  ['a connection', '2 hours, 10 minutes without a frame', 'close 1001'],
] as const;

/** Reasons of the close codes of both entries. */
export const CLOSE_CODES = {
  1000: 'closed normally, by a logout, by a newer connection, after too many frames or at the end of the authorization',
  1001: 'connected for 2 hours, idle for 10 minutes, or the server stops: reconnect',
  1003: 'a binary frame',
  1005: 'no code was received',
  1007: 'not UTF-8',
  1008: 'a message in too many fragments, to a server',
  1009: 'a frame or a message is too large: do not retry',
} as const;

const CHANNEL = '#/channels/connection';
const inChannel = (message: string) => ({ $ref: `${CHANNEL}/messages/${message}` });
const entries = Object.entries as <Key extends string, Value>(object: Readonly<Record<Key, Value>>) => [Key, Value][];

/** Describes the WebSocket lane as an AsyncAPI 3.0 document. Frames of custom routes are not part of it. */
export function asyncApi({ webSocketUrl, tickets }: AsyncApiOptions) {
  const frames = [...entries(CLIENT_MESSAGES), ...entries(SERVER_MESSAGES)];
  const messages = frames.map(([name, payload]) => [
    name,
    {
      name,
      title: payload.title,
      summary: payload.description,
      contentType: 'application/json',
      ...(name === 'message' || name === 'messages'
        ? {}
        : { correlationId: { $ref: '#/components/correlationIds/ref' } }),
      payload,
      examples: [{ payload: EXAMPLES[name] }],
    },
  ]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Twinlane WebSocket API',
      version: '1',
      description:
        `Real-time topics in text frames of JSON, with the WebSocket subprotocol \`${PROTOCOL}\`. ` +
        'Each frame of a client gets one answer, with the same `ref`. Answers can arrive in any order. ' +
        'The HTTP API issues tickets and has the history of topics: `/openapi.json`.',
      license: LICENSE,
    },
    defaultContentType: 'application/json',
    ...(webSocketUrl === undefined ? {} : { servers: { webSocket: serverOf(webSocketUrl, tickets) } }),
    channels: {
      connection: {
        // Readers append the address to the path of the server.
        address: pathOf(webSocketUrl) === '/' ? '/' : '',
        title: 'A connection',
        description: 'All frames of a connection.',
        messages: Object.fromEntries(messages.map(([name]) => [name, { $ref: `#/components/messages/${name}` }])),
        bindings: { ws: { method: 'GET', headers: handshakeHeaders(tickets), bindingVersion: '0.1.0' } },
        'x-limits': LIMITS.map(([limit, value, exceeded]) => ({ limit, value, exceeded })),
        'x-close-codes': CLOSE_CODES,
      },
    },
    operations: {
      ...Object.fromEntries(
        entries(ANSWERS).map(([name, answer]) => [
          name,
          {
            action: 'receive',
            channel: { $ref: CHANNEL },
            title: CLIENT_MESSAGES[name].title,
            summary: CLIENT_MESSAGES[name].description,
            messages: [inChannel(name)],
            reply: { channel: { $ref: CHANNEL }, messages: [inChannel(answer), inChannel('error')] },
          },
        ]),
      ),
      push: {
        action: 'send',
        channel: { $ref: CHANNEL },
        title: 'Push messages',
        summary: 'Sends new messages of the topics that the connection is subscribed to.',
        messages: [inChannel('message'), inChannel('messages')],
      },
      replace: {
        action: 'send',
        channel: { $ref: CHANNEL },
        title: 'Replace the connection',
        summary: 'Sends the error `connection_limit` without `ref`, then closes the connection.',
        messages: [inChannel('error')],
      },
    },
    components: {
      messages: Object.fromEntries(messages),
      correlationIds: {
        ref: { description: 'An answer has the `ref` of its frame.', location: '$message.payload#/ref' },
      },
      ...(tickets ? { securitySchemes: { ticket: TICKET } } : {}),
    },
  };
}

const TICKET = {
  type: 'httpApiKey',
  in: 'header',
  name: 'Sec-WebSocket-Protocol',
  description: `The subprotocol \`ticket.\` followed by a ticket, which \`POST /v1/tickets\` of the HTTP API issues. A ticket opens one connection, within ${TICKET_SECONDS} seconds, from the origin that requested it.`,
} as const;

/** @returns the path of handshakes; `/` without a URL */
function pathOf(url = 'wss://ws.example.com'): string {
  return new URL(url).pathname;
}

function serverOf(url: string, tickets: boolean) {
  const { protocol, host } = new URL(url);
  const path = pathOf(url);
  return {
    host,
    ...(path === '/' ? {} : { pathname: path }),
    protocol: protocol.replace(':', ''),
    description: 'The WebSocket lane',
    ...(tickets ? { security: [{ $ref: '#/components/securitySchemes/ticket' }] } : {}),
  };
}

function handshakeHeaders(tickets: boolean) {
  const offered = tickets
    ? {
        description: `Two subprotocols: \`${PROTOCOL}\`, and \`ticket.\` followed by a ticket. The server selects the first.`,
        pattern: `^${PROTOCOL.replace('.', '\\.')}, ?ticket\\.[A-Za-z0-9_-]{43}$`,
      }
    : { description: 'The subprotocol. The server selects it.', const: PROTOCOL };
  return {
    type: 'object',
    required: ['Sec-WebSocket-Protocol'],
    properties: {
      'Sec-WebSocket-Protocol': { type: 'string', ...offered },
      Origin: {
        type: 'string',
        description: 'Origin of the page, which must be an allowed one. Programs other than browsers can omit it.',
      },
    },
  };
}
