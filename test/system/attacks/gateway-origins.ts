import { newTicket, somebody } from '../caller';
import { newTopic } from '../client';
import { messagesPath } from '../http';
import { type Attacks, each, type Here, published, refused, SECRET } from './attack';
import { exactly, handshakeWith } from './exact-request';

/** Values of `x-origin-secret` of a client that does not know the secret. */
const GUESSES: readonly (string | readonly string[] | undefined)[] = [
  undefined,
  ...['', '*', '?', 'none', 'undefined', '{{resolve:secretsmanager:x:SecretString:::}}', 'x'.repeat(43)],
  ['none', 'none'],
];

/** Opens a connection directly, with each guess. @returns the distinct statuses of the responses */
function handshakes(here: Here, url: string, path: string): Promise<string> {
  return each(GUESSES, async (guess) => {
    const headers = { ...handshakeWith(await newTicket(here, somebody())), ...secret(guess) };
    return (await exactly(url, { path, headers })).status;
  });
}

function secret(guess: string | readonly string[] | undefined): Record<string, string | string[]> {
  return guess === undefined ? {} : { 'x-origin-secret': typeof guess === 'string' ? guess : [...guess] };
}

/** Attacks on an API Gateway API around its gateway. */
export const apiBehindGateway: Attacks = {
  'handshakes with the API itself': refused('403', (here) => handshakes(here, managementUrl(here), '/socket')),
  "handshakes with the API's own address": refused('403', async (here) => {
    const [api] = here.local.app.blueprint.webSocketApis;
    const host = `${api?.apiId}.execute-api.us-east-1.amazonaws.com`;
    const headers = { ...handshakeWith(await newTicket(here, somebody())), host };
    return each(
      ['/socket', '/', '/live'],
      async (path) => (await exactly(managementUrl(here), { path, headers })).status,
    );
  }),
};

/** Attacks on public load balancers around their gateway. */
export const publicLoadBalancers: Attacks = {
  'requests to the load balancer of the HTTP lane itself': refused('403', async (here) => {
    const topic = newTopic();
    const url = lane(here, 'http');
    const authorization = `Bearer ${await here.token(somebody())}`;
    const answers = await each(GUESSES, (guess) =>
      each(['/health', '/docs', '/', messagesPath(topic), '/v1/tickets'], async (path) => {
        const headers = { authorization, 'content-type': 'application/json', ...secret(guess) };
        const body = JSON.stringify({ data: SECRET });
        return (await exactly(url, { path, method: 'POST', headers, body })).status;
      }),
    );
    expect(await published(here, topic)).toBe(0);
    return answers;
  }),
  'handshakes with the load balancer of the WebSocket lane itself': refused('403', (here) =>
    each(['/socket', '/', '/health'], (path) => handshakes(here, lane(here, 'websocket'), path)),
  ),
};

/** @returns the URL of the API itself. */
function managementUrl(here: Here): string {
  return here.local.app.urls.management ?? '';
}

/** @returns the URL of a load balancer of a lane itself. */
function lane(here: Here, kind: 'http' | 'websocket'): string {
  const url = here.local.app.urls[kind];
  const direct = here.local.app.urls.endpoints.find((one) => one.kind === kind && one.url !== url);
  return direct?.url.replace(/^ws/, 'http') ?? '';
}
