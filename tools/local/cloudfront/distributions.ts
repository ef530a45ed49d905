import type { Addresses } from '../addresses';
import type { Blueprint, BucketBlueprint, OriginBlueprint } from '../blueprint';
import { localUrls } from '../functions/local-urls';
import type { LogOfPart } from '../log-line';
import { BucketFiles } from './bucket-files';
import { DistributionServer, type OriginServer } from './distribution-server';
import { Origin } from './origin';

export interface DistributionsOptions {
  readonly blueprint: Blueprint;
  readonly addresses: Addresses;
  /** URL of the server that answers in place of buckets. @default - the files of the buckets are served */
  readonly pageUrl?: string;
  readonly log: LogOfPart;
}

type Servers = Map<string, OriginServer>;

/** The running distributions of a blueprint. */
export class Distributions {
  private constructor(
    private readonly servers: readonly { readonly server: DistributionServer; readonly origins: Servers }[],
  ) {}

  /** Resolves when each distribution listens. Throws Node's EADDRINUSE if a port is in use; none runs then. */
  static async start({ blueprint, addresses, pageUrl, log }: DistributionsOptions): Promise<Distributions> {
    const localize = localUrls(blueprint, addresses);
    const servers = blueprint.distributions.map((distribution) => {
      const origins: Servers = new Map(
        distribution.origins.flatMap((origin): [string, OriginServer][] => {
          const server = serverOf(origin, blueprint.buckets, addresses, pageUrl);
          return server ? [[origin.id, server]] : [];
        }),
      );
      const port = addresses.distributions?.[distribution.logicalId]?.port ?? 0;
      return { server: new DistributionServer({ distribution, servers: origins, localize, log }), origins, port };
    });
    const running = new Distributions(servers);
    try {
      for (const { server, port } of servers) {
        await server.listen(port);
      }
      return running;
    } catch (error) {
      await running.close(0);
      throw error;
    }
  }

  /** Serves the files of these buckets from now on. Connections stay open. */
  update({ distributions, buckets }: Blueprint): void {
    this.servers.forEach(({ server, origins }, index) => {
      for (const { id, target } of distributions[index]?.origins ?? []) {
        const bucket = bucketOf(target, buckets);
        if (bucket && 'files' in (origins.get(id) ?? {})) {
          origins.set(id, { files: new BucketFiles(bucket) });
        }
      }
      server.update(origins);
    });
  }

  /** @param longestMs - maximum milliseconds for open requests and WebSockets */
  async close(longestMs: number): Promise<void> {
    await Promise.all(this.servers.map(({ server }) => server.close(longestMs)));
    for (const origin of this.servers.flatMap(({ origins }) => [...origins.values()])) {
      if ('origin' in origin) origin.origin.close();
      if ('page' in origin) origin.page.close();
    }
  }
}

function serverOf(
  { target, keepAliveSeconds }: OriginBlueprint,
  buckets: readonly BucketBlueprint[],
  { loadBalancers, webSocketApis }: Addresses,
  pageUrl: string | undefined,
): OriginServer | undefined {
  const bucket = bucketOf(target, buckets);
  if (bucket && pageUrl !== undefined) {
    const { hostname, port } = new URL(pageUrl);
    return { page: new Origin(hostname, Number(port || 80), keepAliveSeconds * 1000) };
  }
  if (bucket) {
    return { files: new BucketFiles(bucket) };
  }
  const local =
    target && 'listener' in target
      ? loadBalancers[target.listener]
      : target && 'webSocketApi' in target
        ? webSocketApis[target.webSocketApi]
        : undefined;
  return local && { origin: new Origin('127.0.0.1', local.port, keepAliveSeconds * 1000) };
}

function bucketOf(target: OriginBlueprint['target'], buckets: readonly BucketBlueprint[]): BucketBlueprint | undefined {
  return target && 'bucket' in target ? buckets.find(({ name }) => name === target.bucket) : undefined;
}
