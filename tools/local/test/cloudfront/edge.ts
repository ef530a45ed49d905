import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { BehaviorBlueprint, DistributionBlueprint, OriginBlueprint } from '../../blueprint';
import { DistributionServer, type OriginServer } from '../../cloudfront/distribution-server';
import { Origin } from '../../cloudfront/origin';
import type { LogLine } from '../../log-line';
import { behavior, distribution, originOf } from './distribution-of';

export interface EdgeOptions {
  /** Port of the origin on 127.0.0.1. */
  readonly port?: number;
  /** Used instead of a server at `port`. */
  readonly server?: OriginServer;
  readonly origin?: Partial<OriginBlueprint>;
  readonly behavior?: Partial<BehaviorBlueprint>;
  readonly distribution?: Partial<DistributionBlueprint>;
}

/** A running distribution with one origin. */
export interface Edge {
  readonly port: number;
  readonly log: readonly Omit<LogLine, 'time' | 'process'>[];
  /** @param longestMs - maximum milliseconds for open requests */
  close(longestMs: number): Promise<void>;
}

const open: Edge[] = [];

/** Closes every distribution of a test. */
export async function closeEdges(): Promise<void> {
  await Promise.all(open.splice(0).map((one) => one.close(0)));
}

export async function edge(options: EdgeOptions): Promise<Edge> {
  const { port = 0 } = options;
  const log: Omit<LogLine, 'time' | 'process'>[] = [];
  const origin = originOf(options.origin);
  const target = new Origin('127.0.0.1', port, 5000);
  const server = new DistributionServer({
    distribution: distribution({
      origins: [origin],
      behaviors: [behavior(options.behavior)],
      ...options.distribution,
    }),
    servers: new Map([[origin.id, options.server ?? { origin: target }]]),
    localize: (text_) => text_.replace('wss://app.example.com', 'ws://app.localhost'),
    log: (line) => log.push(line),
  });
  const result = {
    port: await server.listen(0),
    log,
    async close(longestMs: number) {
      await server.close(longestMs);
      target.close();
    },
  };
  open.push(result);
  return result;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sends a request with the path as it is. */
export async function ask(
  { port }: Pick<Edge, 'port'>,
  {
    body,
    ...options
  }: { method?: string; path?: string; headers?: Record<string, string | string[]>; body?: string } = {},
): Promise<Answered> {
  const outgoing = request({ host: '127.0.0.1', port, agent: false, ...options });
  // The response can arrive before all of a body is sent. Only the response matters.
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}
