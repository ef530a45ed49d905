import { newTicket, somebody } from '../caller';
import { newTopic } from '../client';
import { messagesPath } from '../http';
import { type Attacks, each, type Here, published, refused, SECRET } from './attack';
import { exactly, handshakeWith } from './exact-request';

type Values = string | readonly string[] | undefined;

/** Values of `x-origin-secret` of a client that does not know the secret. */
const GUESSES: readonly Values[] = [
  undefined,
  ...['', '*', '?', 'none', 'undefined', '{{resolve:secretsmanager:x:SecretString:::}}', 'x'.repeat(43)],
  ['none', 'none'],
];

/** @returns the secret of the gateway. Attackers do not know it. Undefined if the lanes need none */
export function secretOf(here: Here): string | undefined {
  const origins = here.local.app.blueprint.distributions.flatMap((one) => one.origins);
  return origins.map(({ headers }) => headers['x-origin-secret']).find(Boolean);
}

/** @returns the guesses, and values that are almost the secret. */
function guesses(here: Here): readonly Values[] {
  const secret = secretOf(here) ?? '';
  expect(secret).toHaveLength(43);
  return [...GUESSES, secret.slice(1), `${secret}x`, `*${secret.slice(1)}`, ` ${secret.slice(0, -1)}`];
}

/** Opens a connection to a lane itself. @returns the status of the response */
async function handshake(here: Here, host: string, path: string, values: Values): Promise<number> {
  const headers = { ...handshakeWith(await newTicket(here, somebody())), host, ...secretHeaders(values) };
  return (await exactly(laneUrl(here, 'websocket'), { path, headers })).status;
}

/** @returns the statuses of a request and of a handshake that the lanes themselves get with the secret. */
export async function withSecret(here: Here): Promise<[http: number, webSocket: number]> {
  const [path, secret] = [messagesPath('room'), secretOf(here)];
  const headers = { authorization: `Bearer ${await here.token(somebody())}`, ...secretHeaders(secret) };
  const { status } = await exactly(laneUrl(here, 'http'), { path, headers });
  return [status, await handshake(here, 'ws.gateway.example.com', '/socket', secret)];
}

/** Attacks on an API Gateway API around its gateway. */
export const apiBehindGateway: Attacks = {
  'handshakes with the API itself': refused('403', (here) =>
    each(guesses(here), (guess) => handshake(here, 'ws.gateway.example.com', '/socket', guess)),
  ),
  'handshakes with two secrets, one of them right': refused('403', (here) =>
    each([['none'], [secretOf(here) ?? '']], ([other = '']) =>
      handshake(here, 'ws.gateway.example.com', '/socket', [secretOf(here) ?? '', other]),
    ),
  ),
  "handshakes with the API's other address": refused('403', (here) => {
    const [api] = here.local.app.blueprint.webSocketApis;
    const host = `${api?.apiId}.execute-api.us-east-1.amazonaws.com`;
    return each(['/socket', '/', `/${api?.stage.name}`], (path) => handshake(here, host, path, undefined));
  }),
};

/** Attacks on public load balancers around their gateway. */
export const publicLoadBalancers: Attacks = {
  'requests to the load balancer of the HTTP lane itself': refused('403', async (here) => {
    const topic = newTopic();
    const authorization = `Bearer ${await here.token(somebody())}`;
    const answers = await each(guesses(here), (guess) =>
      each(['/health', '/docs', '/', messagesPath(topic), '/v1/tickets'], async (path) => {
        const headers = { authorization, 'content-type': 'application/json', ...secretHeaders(guess) };
        const body = JSON.stringify({ data: SECRET });
        return (await exactly(laneUrl(here, 'http'), { path, method: 'POST', headers, body })).status;
      }),
    );
    expect(await published(here, topic)).toBe(0);
    return answers;
  }),
  'handshakes with the load balancer of the WebSocket lane itself': refused('403', (here) =>
    each(guesses(here), (guess) =>
      each(['/socket', '/', '/health'], (path) => handshake(here, 'ws.gateway.example.com', path, guess)),
    ),
  ),
};

function secretHeaders(values: Values): Record<string, string | string[]> {
  return values === undefined ? {} : { 'x-origin-secret': typeof values === 'string' ? values : [...values] };
}

/** @returns the local URL of a lane itself, which only its gateway uses. */
function laneUrl(here: Here, kind: 'http' | 'websocket'): string {
  const lane = here.local.app.urls.endpoints.find((one) => one.kind === kind && one.behind !== undefined);
  return new URL(lane?.url.replace(/^ws/, 'http') ?? '').origin;
}
