import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket, Server as TcpServer } from 'node:net';
import type { WebSocketApiBlueprint } from '../blueprint';
import type { Latencies } from '../latency/latencies';
import { alsoOnIpv6 } from '../loopback';
import { endpointOf } from './endpoint';
import { Closing } from './gateway-responses';
import { Handshake } from './handshake';
import { answer } from './http-answer';
import { type Identity, ManagementApi } from './management-api';
import { Stage, type StageOptions } from './stage';
import type { TokenBucket } from './token-bucket';

/** Maximum milliseconds for the arrival of a request to `@connections`: API Gateway's integration timeout. */
const REQUEST_TIMEOUT_MS = 29_000;

/** A running WebSocket API: one port for its clients and for `@connections`. */
export class WebSocketApi {
  private readonly server: Server;
  private ipv6: TcpServer | undefined;
  private readonly stage: Stage;
  private readonly handshake: Handshake;
  private readonly managementApi: ManagementApi;

  constructor(
    api: WebSocketApiBlueprint,
    options: StageOptions & {
      readonly identity: Identity;
      readonly newConnections: TokenBucket;
      readonly latencies: Latencies;
    },
  ) {
    this.stage = new Stage(api, options);
    this.handshake = new Handshake(this.stage, options.newConnections);
    this.managementApi = new ManagementApi(this.stage, options.identity, options.latencies);
    this.server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) =>
      this.stage.run(
        this.request(request, response).catch((error: unknown) => {
          response.destroy();
          throw error;
        }),
      ),
    );
    this.server.on('upgrade', (request, socket: Socket, head) =>
      this.stage.run(this.handshake.upgrade(request, socket, head)),
    );
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

  /** Handles every HTTP request that is not an upgrade. */
  private async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?');
    const endpoint = endpointOf(this.stage.api, this.stage.region, request.headers.host ?? '', path);
    if (!endpoint) {
      this.stage.log(
        'warn',
        `${request.method} ${request.headers.host}${path} refused with 403: not an endpoint of this API`,
      );
      answer(response, 403, { message: 'Forbidden' }, 'ForbiddenException');
    } else if (endpoint.path === '/') {
      answer(response, 426, { message: 'Upgrade Required' });
    } else {
      await this.managementApi.handle(endpoint.path, request, response);
    }
  }
}
