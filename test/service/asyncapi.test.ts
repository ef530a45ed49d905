import Ajv from 'ajv';
import asyncApi3 from '@asyncapi/specs/schemas/3.0.0-without-$id.json';
import { asyncApi, type AsyncApiOptions } from '../../service/asyncapi';

const ajv = new Ajv({ strict: false, validateFormats: false });
const { definitions, ...schema } = JSON.parse(JSON.stringify(asyncApi3));
const isAsyncApi = ajv.compile({ ...schema, definitions });

const lane = { webSocketUrl: 'wss://ws.example.com', tickets: true };
const described = (options: Partial<AsyncApiOptions> = {}) =>
  JSON.parse(JSON.stringify(asyncApi({ ...lane, ...options })));

/** Each `$ref` of a document. */
function referencesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : referencesOf(inner)));
}

const resolve = (document: unknown, reference: string) =>
  reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);

describe('the AsyncAPI description of the WebSocket lane', () => {
  it.each([
    ['with tickets', {}],
    ['without tickets', { tickets: false }],
    ['without a URL', { webSocketUrl: undefined }],
    ['behind a gateway', { webSocketUrl: 'wss://app.example.com/socket' }],
  ])('%s is an AsyncAPI 3.0 document', (_, options) => {
    isAsyncApi(described(options));
    expect(isAsyncApi.errors).toBeNull();
  });

  it('refers only to parts that it has', () => {
    const document = described();
    const references = referencesOf(document);
    expect(references.length).toBeGreaterThan(40);
    expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
  });

  it('has the host of the WebSocket lane, also of a local one, and no server without a URL', () => {
    expect(described().servers.webSocket).toMatchObject({ host: 'ws.example.com', protocol: 'wss' });
    expect(described({ webSocketUrl: 'ws://ws.localhost:4511' }).servers.webSocket).toMatchObject({
      host: 'ws.localhost:4511',
      protocol: 'ws',
    });
    expect(described({ webSocketUrl: undefined })).not.toHaveProperty('servers');
  });

  it('has the path of the URL once, also for readers that append the address of the channel', () => {
    const urlIn = ({ servers, channels }: ReturnType<typeof described>, withAddress: boolean) => {
      const { protocol, host, pathname = '' } = servers.webSocket;
      return `${protocol}://${host}${pathname}${withAddress ? channels.connection.address : ''}`;
    };
    for (const webSocketUrl of ['wss://app.example.com/socket', 'ws://app.localhost:4510/socket']) {
      const document = described({ webSocketUrl });
      expect([urlIn(document, false), urlIn(document, true)]).toEqual([webSocketUrl, webSocketUrl]);
    }
    expect(urlIn(described(), false)).toBe('wss://ws.example.com');
    expect(urlIn(described(), true)).toBe('wss://ws.example.com/');
    expect(described().servers.webSocket).not.toHaveProperty('pathname');
  });

  it('requires a ticket in the subprotocols exactly if clients are authenticated', () => {
    const offered = (document: ReturnType<typeof described>) =>
      document.channels.connection.bindings.ws.headers.properties['Sec-WebSocket-Protocol'];
    expect(described().servers.webSocket.security).toEqual([{ $ref: '#/components/securitySchemes/ticket' }]);
    expect(`twinlane.v1, ticket.${'a'.repeat(43)}`).toMatch(new RegExp(offered(described()).pattern));
    expect(described({ tickets: false }).servers.webSocket).not.toHaveProperty('security');
    expect(offered(described({ tickets: false }))).toMatchObject({ const: 'twinlane.v1' });
  });

  it('has an operation with an answer for each frame that a client can send', () => {
    const { operations } = described();
    const received = Object.entries<{ action: string; reply?: object }>(operations).filter(
      ([, { action, reply }]) => action === 'receive' && reply,
    );
    expect(received.map(([name]) => name).sort()).toEqual(
      ['subscribe', 'subscribeTopics', 'unsubscribe', 'publish', 'ping', 'presence'].sort(),
    );
  });
});
