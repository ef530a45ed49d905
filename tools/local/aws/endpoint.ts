import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { namesThisMachine } from '../host-header';
import type { Log } from '../log-line';
import type { Access } from './access';
import { Failure } from './failure';
import type { Service } from './service';

interface Options {
  /** 0: any free port. */
  readonly port: number;
  /** By the first part of `x-amz-target`: `DynamoDB_20120810`. */
  readonly services: Readonly<Record<string, Service>>;
  /** Handlers of plain requests, beside the services. @default none */
  readonly pages?: readonly Page[];
  readonly access: Access;
  readonly log: Log;
}

export interface PageAnswer {
  readonly status: number;
  readonly answer: object;
}

/** Handler of plain HTTP requests to its own URLs. */
export interface Page {
  /** @returns undefined for any other URL */
  answer(method: string, url: URL): PageAnswer | undefined;
}

/**
 * The HTTP server of all services, with AWS's JSON protocols. The header `x-amz-target` selects the service.
 *
 * No web page can use it: requests with an `Origin`, or with a `Host` that is not a name of this machine, get a 403.
 */
export class Endpoint {
  private readonly server: Server;
  private readonly open = new Set<Promise<unknown>>();

  private constructor(private readonly options: Options) {
    this.server = createServer((request, response) => {
      const served = this.serve(request, response)
        .catch((error) => response.destroy(error))
        .finally(() => this.open.delete(served));
      this.open.add(served);
    });
    // As long as SDKs keep an idle connection. Otherwise they could send a request on a connection that is being closed.
    this.server.keepAliveTimeout = 60_000;
  }

  static async open(options: Options): Promise<Endpoint> {
    const endpoint = new Endpoint(options);
    endpoint.server.listen(options.port, '127.0.0.1');
    await once(endpoint.server, 'listening');
    return endpoint;
  }

  /** `http://127.0.0.1:4567` */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Lets open requests finish, and closes the server. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const service of Object.values(this.options.services)) {
      service.endWaits?.();
    }
    await Promise.all(this.open);
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const { status, answer, headers } =
      refusalOf(request) ?? this.page(request) ?? (await this.outcome(request, body, () => disconnectSignal(response)));
    const text = JSON.stringify(answer);
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.0',
      'x-content-type-options': 'nosniff',
      ...headers,
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
    await finished(response);
  }

  private page({ method = '', url = '/' }: IncomingMessage): (PageAnswer & { headers: typeof JSON_TYPE }) | undefined {
    const { pages = [] } = this.options;
    for (const page of pages) {
      const answer = page.answer(method, new URL(url, this.url));
      if (answer) {
        return { ...answer, headers: JSON_TYPE };
      }
    }
    return undefined;
  }

  private async outcome(
    request: IncomingMessage,
    body: string,
    gone: () => AbortSignal,
  ): Promise<{ status: number; answer: object; headers?: Record<string, string> }> {
    const { host = '', authorization } = request.headers;
    const [target = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    const service = this.options.services[target];
    try {
      if (!service) {
        throw unknownOperation(target);
      }
      const permit = this.options.access.of(authorization, service.denied);
      return { status: 200, answer: await service.answer(operation, parse(body), { permit, host, gone }) };
    } catch (error) {
      if (error instanceof Failure) {
        return { status: error.status, answer: error.body, headers: error.headers };
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.options.log({ process: 'aws', level: 'error', text: `${operation} failed: ${reason}` });
      return { status: 500, answer: { __type: 'com.amazon.coral.service#InternalFailure', message: reason } };
    }
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** @returns the answer to a request of a web page; undefined for any other request */
function refusalOf({ headers: { host, origin } }: IncomingMessage) {
  const message =
    origin === undefined
      ? !namesThisMachine(host) && 'The Host header is not a name of this machine, such as 127.0.0.1'
      : 'Web pages cannot use this endpoint';
  return message ? { status: 403, answer: { message }, headers: JSON_TYPE } : undefined;
}

/** A signal that aborts when the caller disconnects. Only operations that wait create it: it costs as much as a small request. */
function disconnectSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new Failure('com.amazon.coral.service#SerializationException', 'The body is not JSON');
  }
}

function unknownOperation(target: string): Failure {
  const message =
    target === 'undefined'
      ? 'The header x-amz-target is missing. Only the JSON protocols of DynamoDB, DynamoDB Streams and SQS are supported.'
      : `${target} does not run here`;
  return new Failure('com.amazon.coral.service#UnknownOperationException', message);
}
