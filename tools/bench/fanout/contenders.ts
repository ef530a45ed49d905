import { Agent, request } from 'node:http';
import {
  ApiGatewayManagementApiClient,
  type ApiGatewayManagementApiClientConfig,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { SQSRecord } from 'aws-lambda';
import { EmbeddedMetrics } from '../../../lambda/embedded-metrics';
import { createHandler } from '../../../lambda/deliver';
import { environmentCredentials } from '../../../lambda/aws/credentials';
import { ManagementApi } from '../../../lambda/adapters/management-api';
import { Signer } from '../../../lambda/aws/signer';
import { systemClock } from '../../../lambda/system-clock';
import type { Delivery, DeliveryQueue } from '../../../lambda/realtime/ports';
import { POSTS_AT_ONCE } from '../../../lambda/realtime/posting';
import { FRAME, MESSAGE } from './frame';

/** Posts the frame to every connection id; throws if a post fails. */
export type FanOut = (ids: readonly string[]) => Promise<void>;

/** Implementations of fan-out. Each takes an endpoint: the base URL without `/@connections`. */
export const contenders = {
  ours(endpoint: string): FanOut {
    // In this benchmark no connection is gone, and the delivery lists the connections. Failed posts are not requeued.
    const unused = () => Promise.reject(new Error('This delivery must not use the connection table'));
    const queue: DeliveryQueue = {
      enqueue: async (deliveries) => ({ transient: [...deliveries], permanent: [] }),
    };
    let posts: unknown;
    const deliver = createHandler({
      outbox: new ManagementApi({ endpoint }),
      connections: { shards: unused, subscribers: unused, forget: unused },
      queue,
      deadLetters: { add: unused },
      clock: systemClock,
      logger: (line) => {
        posts = line.posts;
      },
      metrics: new EmbeddedMetrics('bench', Date.now, () => undefined),
    });
    return async (ids) => {
      const to = { connections: ids.map((id) => ({ id, connectedAt: 0 })) };
      const body = JSON.stringify({ messages: [MESSAGE], to } satisfies Delivery);
      const Records = [{ messageId: 'delivery', body } as SQSRecord];
      await deliver({ Records }, { getRemainingTimeInMillis: () => 600_000 });
      if (posts !== ids.length) {
        throw new Error('A post failed');
      }
    };
  },

  /** The SDK's client with as many persistent sockets as it can use, no retries, and the same concurrency as Twinlane. */
  tunedSdk(endpoint: string): FanOut {
    const sockets = { keepAlive: true, maxSockets: 256 };
    const post = sdk({ endpoint, maxAttempts: 1, requestHandler: { httpAgent: sockets, httpsAgent: sockets } });
    return (ids) => withConcurrency(ids, post);
  },

  /** The loop of AWS's chat samples: a command for each connection, all concurrent, from a client with its defaults. */
  sample(endpoint: string): FanOut {
    const post = sdk({ endpoint });
    return async (ids) => {
      await Promise.all(ids.map(post));
    };
  },

  /** Twinlane's signer over node:http, with persistent sockets. */
  nodeHttp(endpoint: string): FanOut {
    const { host, hostname, port, pathname } = new URL(endpoint);
    const signer = new Signer('execute-api', 'us-east-1');
    const agent = new Agent({ keepAlive: true, maxSockets: POSTS_AT_ONCE });
    return (ids) =>
      withConcurrency(ids, (id) => {
        const path = `${pathname}/@connections/${encodeURIComponent(id)}`;
        const post = { host, path, headers: { 'content-type': 'application/octet-stream' }, body: FRAME };
        const headers = signer.sign(post, environmentCredentials(), Date.now());
        return new Promise<void>((sent, fail) => {
          request({ agent, hostname, port, path, method: 'POST', headers }, (response) => {
            response
              .resume()
              .on('end', () => (response.statusCode === 200 ? sent() : fail(new Error('A post failed'))));
          })
            .on('error', fail)
            .end(FRAME);
        });
      });
  },
};

function sdk(configuration: ApiGatewayManagementApiClientConfig): (id: string) => Promise<void> {
  const client = new ApiGatewayManagementApiClient(configuration);
  return async (id) => {
    await client.send(new PostToConnectionCommand({ ConnectionId: id, Data: FRAME }));
  };
}

async function withConcurrency(ids: readonly string[], post: (id: string) => Promise<void>): Promise<void> {
  const left = ids.values();
  const worker = async () => {
    for (const id of left) {
      await post(id);
    }
  };
  await Promise.all(Array.from({ length: POSTS_AT_ONCE }, worker));
}
