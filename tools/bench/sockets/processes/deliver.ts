/** The function that delivers, with the posts of an entry. */
import { readFileSync } from 'node:fs';
import type { SQSRecord } from 'aws-lambda';
import { EmbeddedMetrics } from '../../../../lambda/embedded-metrics';
import { createHandler } from '../../../../lambda/deliver';
import { ManagementApi, POST_TIMEOUTS } from '../../../../lambda/adapters/management-api';
import { ShardTable } from '../../../../lambda/adapters/shard-table';
import { TaskPosts } from '../../../../lambda/adapters/task-posts';
import { TaskTable } from '../../../../lambda/adapters/task-table';
import { HttpClient } from '../../../../lambda/aws/http-client';
import type { Delivery, DeliveryQueue } from '../../../../lambda/realtime/ports';
import { POSTS_AT_ONCE } from '../../../../lambda/realtime/posting';
import { systemClock } from '../../../../lambda/system-clock';
import { CA } from '../../../../test/tools/probe/servers/certificate';
import { answerRequests } from '../../isolation/benchmark-process';
import { GATEWAY_TOPIC, messagesOf, ROWS, tableOf, TOPIC_KEY } from '../lane';
import { type Use, useOf, type UseRequest } from '../use';
import type { DeliverRequest } from './broadcaster';

export type FunctionRequest =
  | UseRequest
  | DeliverRequest
  /** The function posts to tasks, or to the stand-in for API Gateway. */
  | { readonly action: 'tasks' }
  | { readonly action: 'gateway'; readonly endpoint: string; readonly connections: number };

/** Entries of the delivery queue in one invocation: `lib/websocket-lane/delivery-sizes.ts`. */
const ENTRIES = 10;

type Entry = Pick<Parameters<typeof createHandler>[0], 'connections' | 'outbox'>;

let entry: Entry | undefined;
let shards: { readonly topic: string; readonly number: number }[] = [];
let sequence = 0;

answerRequests<FunctionRequest, Use>(async (request) => {
  switch (request.action) {
    case 'tasks': {
      const connections = new TaskTable(tableOf('connections'), systemClock);
      entry = { connections, outbox: new TaskPosts({ leases: connections, clock: systemClock }) };
      shards = await connections.shards([TOPIC_KEY]);
      break;
    }
    case 'gateway':
      entry = {
        connections: new ShardTable(tableOf('connections'), systemClock),
        outbox: new ManagementApi({ endpoint: request.endpoint, http: secureClient(request.endpoint) }),
      };
      shards = Array.from({ length: Math.ceil(request.connections / ROWS) }, (_, number) => ({
        topic: GATEWAY_TOPIC,
        number,
      }));
      break;
    case 'deliver':
      for (let count = 0; count < request.times; count++) {
        await deliver(request.messages);
      }
      break;
    default:
      return useOf(request);
  }
  return {};
});

async function deliver(count: number): Promise<void> {
  const messages = messagesOf(shards[0]?.topic ?? '', sequence + 1, count);
  sequence += count;
  for (let first = 0; first < shards.length; first += ENTRIES) {
    const Records = shards.slice(first, first + ENTRIES).map((shard) => {
      const body = JSON.stringify({ messages, to: { shard } } satisfies Delivery);
      return { messageId: `${shard.number}`, body } as SQSRecord;
    });
    const { batchItemFailures } = await handlerOf(entry)({ Records }, { getRemainingTimeInMillis: () => 600_000 });
    if (batchItemFailures.length > 0) {
      throw new Error('A delivery failed');
    }
  }
}

function handlerOf(to: Entry | undefined) {
  const unused = () => Promise.reject(new Error('No message of this benchmark is set aside'));
  const queue: DeliveryQueue = {
    enqueue: async (deliveries) => ({ transient: [...deliveries], permanent: [] }),
  };
  if (!to) {
    throw new Error('The first request must name the entry');
  }
  const metrics = new EmbeddedMetrics('bench', Date.now, () => undefined);
  return createHandler({ ...to, queue, deadLetters: { add: unused }, clock: systemClock, logger: logFailure, metrics });
}

function logFailure({ event, ...line }: { readonly [name: string]: unknown }): void {
  if (event !== 'delivered') {
    console.error(JSON.stringify({ event, ...line }));
  }
}

/** The client that ManagementApi creates, with the certificate authority of the stand-in. */
function secureClient(endpoint: string): HttpClient {
  return new HttpClient({
    origin: new URL(endpoint),
    connections: POSTS_AT_ONCE,
    timeouts: POST_TIMEOUTS,
    tls: { ca: readFileSync(CA) },
  });
}
