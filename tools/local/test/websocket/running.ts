import { once } from 'node:events';
import { request } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import type { WebSocketApiBlueprint, WebSocketRouteBlueprint } from '../../blueprint';
import type { Outcome } from '../../functions/outcome';
import type { Latencies } from '../../latency/latencies';
import type { LogLine } from '../../log-line';
import { type Gateway, startGateway } from '../../websocket/gateway';
import type { Invoke } from '../../websocket/integrations/backends';
import type { Limits } from '../../websocket/limits';
import type { Identity } from '../../websocket/management-api';
import type { Wait } from '../../wait';

export const REGION = 'eu-central-1';
export const ACCOUNT = '123456789012';

/** A route; with `functionArn`, its integration is a proxy of this function. */
export type Route = Partial<WebSocketRouteBlueprint> & { readonly functionArn?: string };

/** An event as a function received it. */
// oxlint-disable-next-line typescript/no-explicit-any -- an event can have any content, and the tests check all of it
export type Event = any;
type Handler = (event: Event) => unknown;

export interface Setup {
  /** Functions by name; each returns its payload, or throws. */
  readonly functions?: Readonly<Record<string, Handler>>;
  /** Routes; by default one for each function, of the same name. */
  readonly routes?: readonly Route[];
  readonly api?: Partial<Omit<WebSocketApiBlueprint, 'routes'>>;
  readonly limits?: Partial<Limits>;
  readonly identity?: Identity;
  /** @default - an endpoint that does not listen */
  readonly awsEndpoint?: string;
  /** Replaces `functions`. */
  readonly invoke?: Invoke;
  readonly latencies?: Latencies;
  readonly disconnectDelaySeconds?: number | 'never';
  readonly wait?: Wait;
}

export const DEVELOPER: Identity = {
  callerOf: () => ({ kind: 'person' }),
  authorize: async () => ({ allowed: true }),
};

/** A gateway with one API, its clients, and the events of its functions. {@link stop} ends all of it. */
export class Running {
  /** Events that the functions received, in order. */
  readonly events: { name: string; event: Event }[] = [];
  readonly log: Omit<LogLine, 'time'>[] = [];
  private gateway!: Gateway;
  private readonly clients: WebSocket[] = [];
  private readonly watchers = new Set<() => void>();

  static async start({
    functions = {},
    routes,
    api,
    limits,
    identity = DEVELOPER,
    awsEndpoint = 'http://127.0.0.1:1',
    invoke,
    ...timing
  }: Setup = {}): Promise<Running> {
    const running = new Running();
    running.gateway = await startGateway(
      {
        webSocketApis: [
          apiOf(routes ?? Object.keys(functions).map((routeKey) => ({ routeKey, functionArn: routeKey })), api),
        ],
      },
      {
        invoke: invoke ?? ((name, event) => running.invoke(functions[name], name, event)),
        identity,
        awsEndpoint,
        log: (line) => {
          running.log.push(line);
          running.changed();
        },
        limits,
        ...timing,
      },
    );
    return running;
  }

  get port(): number {
    return this.gateway.ports.Api ?? 0;
  }

  /** Creates a client that starts to connect. */
  client(path = '/', options: ClientOptions = {}, protocols: string[] = []): WebSocket {
    const client = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, protocols, options);
    this.clients.push(client);
    // A test detects an error because the event that it waits for does not arrive.
    client.on('error', () => client.terminate());
    return client;
  }

  async connected(path?: string, options?: ClientOptions, protocols?: string[]): Promise<WebSocket> {
    const client = this.client(path, options, protocols);
    await once(client, 'open');
    return client;
  }

  /** @returns the status and body of a rejected handshake. */
  async refused(path?: string, options?: ClientOptions): Promise<{ status: number; body: string }> {
    const client = this.client(path, options);
    const [, response] = await once(client, 'unexpected-response');
    let body = '';
    for await (const chunk of response) {
      body += chunk;
    }
    return { status: response.statusCode, body };
  }

  /** Waits for the first event of a function. */
  async event(name: string): Promise<Event> {
    return this.until(() => this.events.find((entry) => entry.name === name)?.event);
  }

  /** Waits until `look` returns a value. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = look();
      if (value !== undefined && value !== false) {
        return value;
      }
      await new Promise<void>((resolve) => {
        const watcher = () => {
          this.watchers.delete(watcher);
          resolve();
        };
        this.watchers.add(watcher);
      });
    }
  }

  drain(): Promise<void> {
    return this.gateway.drain();
  }

  async stop(): Promise<void> {
    for (const client of this.clients) {
      client.terminate();
    }
    await this.gateway.drain();
  }

  private async invoke(handler: Handler | undefined, name: string, event: Event): Promise<Outcome> {
    this.events.push({ name, event: structuredClone(event) });
    this.changed();
    try {
      return { payload: handler ? await handler(event) : { statusCode: 200 } };
    } catch (error) {
      const { message } = error as Error;
      return { error: 'Unhandled', message, payload: { errorType: 'Error', errorMessage: message } };
    }
  }

  private changed(): void {
    for (const watcher of this.watchers) {
      watcher();
    }
  }
}

export function apiOf(
  routes: readonly Route[],
  api: Partial<Omit<WebSocketApiBlueprint, 'routes'>> = {},
): WebSocketApiBlueprint {
  return {
    ...{ stack: 'App', region: REGION, accountId: ACCOUNT },
    logicalId: 'Api',
    name: 'api',
    arn: `arn:aws:apigateway:${REGION}::/apis/abc123`,
    apiId: 'abc123',
    routeSelectionExpression: '$request.body.action',
    routes: routes.map(({ functionArn = '$default', ...route }) => ({
      routeKey: '$default',
      integration: { type: 'AWS_PROXY', functionArn },
      timeoutMs: 29_000,
      returnsResponse: false,
      ...route,
    })),
    stage: { name: 'prod', variables: {} },
    domains: [{ host: 'ws.example.com', mappingKey: '' }],
    defaultEndpointDisabled: false,
    ...api,
  };
}

/** Functions that time out. Each adds the milliseconds for which the gateway would have waited to `timeouts`. */
export function timingOut(timeouts: number[]): Invoke {
  return async (_name, _event, timeoutMs) => {
    timeouts.push(timeoutMs);
    return { error: 'TimedOut', message: `no answer within ${timeoutMs} ms`, payload: undefined };
  };
}

/** @returns the next text frame. */
export async function frame(client: WebSocket): Promise<string> {
  const [data] = await once(client, 'message');
  return data.toString();
}

/** @returns the code and reason with which the connection closes. */
export async function close(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = await once(client, 'close');
  return [code, reason.toString()];
}

/** A plain HTTP request, with the Host header as given. */
export async function http(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  const sent = request({ port, host: '127.0.0.1', method, path, headers, agent: false });
  sent.end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response) {
    body += chunk;
  }
  return { status: response.statusCode, body, headers: response.headers };
}
