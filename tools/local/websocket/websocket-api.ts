import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket, Server as TcpServer } from 'node:net';
import type { WebSocketApiBlueprint } from '../blueprint';
import type { Latencies } from '../latency/latencies';
import { alsoOnIpv6 } from '../loopback';
import { type Endpoint, endpointOf, sharedHosts } from './endpoint';
import { Closing } from './gateway-responses';
import { Handshake } from './handshake';
import { answer } from './http-answer';
import { type Identity, ManagementApi } from './management-api';
import { Stage, type StageOptions } from './stage';
import type { TokenBucket } from './token-bucket';

/** Maximum milliseconds for the arrival of a request to `@connections`: API Gateway's integration timeout. */
const REQUEST_TIMEOUT_MS = 29_000;

/**
 * A running WebSocket API: one port for its clients and for `@connections`. For a custom domain to which several APIs are mapped, each of
 * their ports serves all of them: the mapping key at the beginning of the path selects the API.
 */
export class WebSocketApi {
  private readonly server: Server;
  private ipv6: TcpServer | undefined;
  private readonly stage: Stage;
  private readonly handshake: Handshake;
  private readonly managementApi: ManagementApi;

  /** @param all - the running APIs, this one among them */
  constructor(
    private readonly api: WebSocketApiBlueprint,
    private readonly all: readonly WebSocketApi[],
    options: StageOptions & {
      readonly identity: Identity;
      readonly newConnections: TokenBucket;
      readonly latencies: Latencies;
    },
  ) {
    this.stage = new Stage(api, options);
    this.handshake = new Handshake(this.stage, options.newConnections, options.identity);
    this.managementApi = new ManagementApi(this.stage, options.identity, options.latencies);
    this.server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      const { found, endpoint } = this.find(request);
      found.stage.run(
        found.request(request, response, endpoint).catch((error: unknown) => {
          response.destroy();
          throw error;
        }),
      );
    });
    this.server.on('upgrade', (request, socket: Socket, head) => {
      const { found, endpoint } = this.find(request);
      found.stage.run(found.handshake.upgrade(request, socket, head, endpoint));
    });
  }

  /**
   * @param port - 0 for any free port
   * @param host - the address to listen on; 127.0.0.1 also includes ::1, because `localhost` resolves to both
   * @returns the port
   */
  async listen(port: number, host: string): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    const { port: taken } = this.server.address() as AddressInfo;
    this.ipv6 = host === '127.0.0.1' ? await alsoOnIpv6(this.server, taken) : undefined;
    return taken;
  }

  /** Closes every connection with 1001 and runs `$disconnect` for each. Resolves when no function is running. */
  async drain(): Promise<void> {
    const closed = once(this.server, 'close');
    this.handshake.stop();
    this.ipv6?.close();
    this.server.close();
    await this.stage.drain(Closing.DRAINING);
    this.server.closeAllConnections();
    await closed;
  }

  /** @returns the API of a request, with its endpoint; this API without an endpoint if there is none */
  private find({ headers, url = '/' }: IncomingMessage): { found: WebSocketApi; endpoint: Endpoint | undefined } {
    const { host = '' } = headers;
    const [path = '/'] = url.split('?');
    const own = endpointOf(this.api, host, path);
    for (const api of own ? [] : this.all) {
      const endpoint = endpointOf(api.api, host, path, sharedHosts(this.api, api.api));
      if (endpoint) {
        return { found: api, endpoint };
      }
    }
    return { found: this, endpoint: own };
  }

  /** Handles every HTTP request that is not an upgrade. */
  private async request(
    request: IncomingMessage,
    response: ServerResponse,
    endpoint: Endpoint | undefined,
  ): Promise<void> {
    if (!endpoint) {
      const { method, headers, url = '/' } = request;
      this.stage.log(
        'warn',
        `${method} ${headers.host}${url.split('?')[0]} refused with 403: not an endpoint of this API`,
      );
      answer(response, 403, { message: 'Forbidden' }, 'ForbiddenException');
    } else if (endpoint.path === '/') {
      answer(response, 426, { message: 'Upgrade Required' });
    } else {
      await this.managementApi.handle(endpoint.path, request, response);
    }
  }
}
