import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { namesThisMachine } from '../host-header';
import type { Log } from '../log-line';
import { awsNameOf, normalized } from '../network/aws-names';
import type { Access } from './access';
import { Failure } from './failure';
import { jsonProtocol } from './protocols/json-protocol';
import type { AwsRequest, OperationCall, Protocol, Reply } from './protocols/protocol';
import type { Service } from './service';

interface Options {
  /** 0: any free port. */
  readonly port: number;
  /** By the first part of `x-amz-target`: `DynamoDB_20120810`. */
  readonly services: Readonly<Record<string, Service>>;
  /** Protocols beside JSON. @default none */
  readonly protocols?: readonly Protocol[];
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
  answer(method: string, url: URL): PageAnswer | undefined | Promise<PageAnswer | undefined>;
}

/**
 * The HTTP server of all services. In AWS's JSON protocols, the header `x-amz-target` selects the service.
 *
 * No web page can use it: requests with an `Origin`, or with a `Host` that is a name neither of this machine nor of AWS, get a 403.
 */
export class Endpoint {
  private readonly server: Server;
  private readonly open = new Set<Promise<unknown>>();
  private readonly protocols: readonly Protocol[];

  private constructor(private readonly options: Options) {
    this.protocols = [jsonProtocol(options.services), ...(options.protocols ?? [])];
    this.server = createServer((request, response) => this.serve(request, response));
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

  /** Answers a request, also one that another server has received. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const served = this.answer(request, response)
      .catch((error) => response.destroy(error))
      .finally(() => this.open.delete(served));
    this.open.add(served);
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

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const requestId = randomUUID();
    const {
      status,
      headers,
      body: text,
    } = refusalOf(request) ??
    (await this.page(request)) ??
    (await this.outcome(
      {
        method: request.method ?? '',
        url: new URL(request.url ?? '/', this.url),
        headers: request.headers,
        body,
        requestId,
      },
      () => disconnectSignal(response),
    ));
    response.writeHead(status, {
      'x-content-type-options': 'nosniff',
      'x-amzn-requestid': requestId,
      ...headers,
      ...(status !== 204 && { 'content-length': Buffer.byteLength(text) }),
    });
    response.end(text);
    await finished(response);
  }

  private async page({ method = '', url = '/' }: IncomingMessage): Promise<Reply | undefined> {
    const { pages = [] } = this.options;
    for (const page of pages) {
      const answer = await page.answer(method, new URL(url, this.url));
      if (answer) {
        return plainJson(answer.status, answer.answer);
      }
    }
    return undefined;
  }

  private async outcome(request: AwsRequest, gone: () => AbortSignal): Promise<Reply> {
    const { host = '', authorization } = request.headers;
    const called = firstOf(this.protocols, request);
    if (!called) {
      return plainJson(400, unknownOperation(NO_PROTOCOL).body);
    }
    try {
      const { service, operation } = called;
      if (!service) {
        throw unknownOperation(`${operation} does not run here`);
      }
      const signed = this.options.access.of(authorization, service.denied);
      return called.success(await service.answer(operation, called.input(), { ...signed, host, gone }));
    } catch (error) {
      if (error instanceof Failure) {
        return called.failure(error);
      }
      const reason = error instanceof Error ? error.message : String(error);
      this.options.log({ process: 'aws', level: 'error', text: `${called.operation} failed: ${reason}` });
      return called.failure(new Failure('com.amazon.coral.service#InternalFailure', reason, 500));
    }
  }
}

const NO_PROTOCOL =
  'The request is in no protocol that runs here: it has no header x-amz-target, no Action, and not the path of an operation.';

function firstOf(protocols: readonly Protocol[], request: AwsRequest): OperationCall | undefined {
  for (const protocol of protocols) {
    const call = protocol(request);
    if (call) {
      return call;
    }
  }
  return undefined;
}

function plainJson(status: number, answer: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}

/** @returns the answer to a request of a web page; undefined for any other request */
function refusalOf({ headers: { host, origin } }: IncomingMessage): Reply | undefined {
  const message =
    origin === undefined
      ? !namesThisMachine(host) && !isOfAws(host) && 'The Host header is not a name of this machine, such as 127.0.0.1'
      : 'Web pages cannot use this endpoint';
  return message ? plainJson(403, { message }) : undefined;
}

/** Nobody but AWS can let a name below its domains stand for this machine, so such a request is not of a web page. */
function isOfAws(host = ''): boolean {
  return awsNameOf(normalized(host.replace(/:\d*$/, ''))) !== undefined;
}

/** A signal that aborts when the caller disconnects. Only operations that wait create it: it costs as much as a small request. */
function disconnectSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}

function unknownOperation(message: string): Failure {
  return new Failure('com.amazon.coral.service#UnknownOperationException', message);
}
