import { DIRECT_ENTRIES } from '../../lambda/realtime/fan-out';
import { GROUP } from '../../lambda/realtime/group-commit';
import { POSTS_AT_ONCE } from '../../lambda/realtime/posting';
import { Limit } from '../../client/protocol';
import { FULL_SHARD, MOST_SHARDS, SHARDS_PER_RANGE } from '../../lambda/realtime/sharding';
import { POST_BYTES } from '../../lambda/realtime/task-posts';
import { defaultQuotas } from '../../lib/aws-limits';
import { SHORTEST_PAUSE_MILLISECONDS } from '../../lib/storage/pause';
import {
  DELIVER_MEMORY_MIB,
  DELIVERIES_AT_ONCE,
  MESSAGES_AT_ONCE,
  MOST_PUSHES,
  PUSH_MEMORY_MIB,
} from '../../lib/websocket-lane/delivery-sizes';

/**
 * Basis of a number. `documented`: by AWS. `project`: set by this project. `published`: measured on AWS by others, who published
 * it. `unverified`: an assumption that was not measured on AWS for this project.
 */
type Basis = 'documented' | 'project' | 'published' | 'unverified';

/** A number that the estimate uses. */
export interface Fact {
  readonly value: number;
  readonly unit: string;
  readonly basis: Basis;
  /** Source of the number: a page below docs.aws.amazon.com, a file, a command, or the reason for an assumption. */
  readonly source: string;
}

/** Declares a number. */
export const fact = (value: number, unit: string, basis: Basis, source: string): Fact => ({
  value,
  unit,
  basis,
  source,
});

const account = defaultQuotas(undefined);

/** Quotas of AWS. Options of the command raise some of them. */
export const Quota = {
  requestsPerSecond: fact(
    account.apiGatewayRequestsPerSecond,
    'requests/s',
    'documented',
    'apigateway limits.html: HTTP, REST, WebSocket and callback APIs of an account together; adjustable',
  ),
  requestBurst: fact(account.apiGatewayBurst, 'requests', 'documented', 'apigateway limits.html: the bucket’s size'),
  connectsPerSecond: fact(
    500,
    'connections/s',
    'documented',
    'apigateway apigateway-execution-service-websocket-limits-table.html: adjustable',
  ),
  frameBytes: fact(Limit.FRAME_BYTES, 'bytes', 'documented', 'the same page: WebSocket frame size'),
  firstFunctions: fact(
    5,
    'functions',
    'documented',
    'lambda services-sqs-scaling.html: initial value of an event source',
  ),
  functionsPerSecond: fact(5, 'functions/s', 'documented', 'the same page: 300 more a minute while messages wait'),
  maxFunctions: fact(1000, 'functions', 'documented', 'the same page: the largest maximum concurrency'),
  functionsOfAccount: fact(account.lambdaConcurrency, 'functions', 'documented', 'lambda gettingstarted-limits.html'),
  streamPollsPerSecond: fact(4, 'polls/s', 'documented', 'lambda with-ddb.html: the base rate of each shard'),
  partitionWrites: fact(1000, 'write units/s', 'documented', 'amazondynamodb bp-partition-key-design.html'),
  tableReads: fact(40_000, 'read units/s', 'documented', 'amazondynamodb ServiceQuotas.html: an on-demand table'),
  tableWrites: fact(40_000, 'write units/s', 'documented', 'the same page: an on-demand table; adjustable'),
  memoryOfOneCpu: fact(
    1769,
    'MB',
    'documented',
    'lambda configuration-memory.html: memory of a function with one vCPU',
  ),
  fargateVcpus: fact(
    account.fargateVcpus,
    'vCPUs',
    'documented',
    'general ecs-service.html: running Fargate tasks of an account, those of the HTTP lane included; adjustable',
  ),
  targets: fact(
    1000,
    'targets',
    'documented',
    'elasticloadbalancing application load-balancer-limits.html: targets of a load balancer; adjustable',
  ),
} satisfies Record<string, Fact>;

/** The median of 400 runs in a function, time of the Python client included. */
const DEBRIE = 'median, 2020, https://github.com/alexdebrie/dynamodb-performance-testing';

/** The median of 1,024 runs in eu-west-1. The time begins in the publisher, so it can include the request that sends. */
const VAN_DONKERSGOED = 'median, 2022, https://bitesizedserverless.com/bite/serverless-messaging-latency-compared/';

/** Settings of this project, and durations and sizes. tools/local/latency/aws-latencies.ts has the same medians. */
export const Cost = {
  concurrentPosts: fact(POSTS_AT_ONCE, 'posts', 'project', 'lambda/realtime/posting.ts'),
  functionMemory: fact(512, 'MB', 'project', 'lib/functions/lane-function.ts: dispatch'),
  pushMemory: fact(PUSH_MEMORY_MIB, 'MB', 'project', 'lib/websocket-lane/delivery-sizes.ts'),
  deliverMemory: fact(DELIVER_MEMORY_MIB, 'MB', 'project', 'the same file'),
  mostPushes: fact(MOST_PUSHES, 'functions', 'project', 'the same file: maximum concurrency of push'),
  queueBatch: fact(
    DELIVERIES_AT_ONCE,
    'entries',
    'project',
    'the same file: entries that one deliver function receives',
  ),
  streamBatch: fact(MESSAGES_AT_ONCE, 'records', 'project', 'the same file'),
  pauseSeconds: fact(
    SHORTEST_PAUSE_MILLISECONDS / 1000,
    's',
    'project',
    'lib/storage/pause.ts: pause of a topic after which a message is pushed at once; the batching window is added',
  ),
  groupMessages: fact(GROUP.count, 'messages', 'project', 'lambda/realtime/group-commit.ts: of one transaction'),
  groupBytes: fact(GROUP.bytes, 'bytes', 'project', 'the same file'),
  enqueueTimeout: fact(30, 's', 'project', 'lib/websocket-lane/delivery.ts: timeout of dispatch and deliver'),
  fullShard: fact(
    FULL_SHARD,
    'connections',
    'project',
    'lambda/realtime/sharding.ts: above this, the topic gets more shards, or the shard is read in parts',
  ),
  shardGrowth: fact(4, 'times', 'project', 'growth factor of the number of shards of a topic'),
  directEntries: fact(
    DIRECT_ENTRIES,
    'entries',
    'project',
    'lambda/realtime/fan-out.ts: with more, deliver sends them',
  ),
  maxShards: fact(MOST_SHARDS, 'shards', 'project', 'lambda/realtime/sharding.ts: in one generation'),
  entryBytes: fact(100 * 1024, 'bytes', 'project', 'messages of one queue entry'),
  rangeShards: fact(
    SHARDS_PER_RANGE,
    'shards',
    'project',
    'lambda/realtime/sharding.ts: with more, deliver sends entries for ranges first; also the entries that it sends at once',
  ),
  requestsPerConnect: fact(2, 'requests', 'project', 'a handshake and a subscription'),
  frameWrites: fact(
    1,
    'write units',
    'project',
    'lambda/adapters/token-bucket.ts: token bucket of the connection, for each frame; 2 if it is not full',
  ),
  publishWrites: fact(
    1,
    'write units',
    'project',
    'lambda/adapters/token-bucket.ts: token bucket of the subject, for each publish; 2 if it is not full',
  ),
  ticketWrites: fact(
    10,
    'write units',
    'project',
    'lambda/adapters/admission-table.ts: two token buckets of the subject; then, twice each, the ticket, its deletion, and a revocation check with both',
  ),
  connectWrites: fact(
    12,
    'write units',
    'project',
    'lambda/adapters/connection-table.ts: twice each, the slot, the connection, its session, and the three items of a subscription',
  ),
  disconnectWrites: fact(
    8,
    'write units',
    'project',
    'lambda/adapters/connection-table.ts: twice each, the connection, its session and the slot; and two items of the subscription',
  ),
  publishesOfSubject: fact(
    100,
    'publishes/s',
    'project',
    'lib/authentication/admission.ts: above this, a publisher gets 429',
  ),
  connectionSeconds: fact(
    6150,
    's',
    'project',
    'a client reconnects after 90 to 115 minutes, before API Gateway’s limit of 2 hours',
  ),
  postCpu: fact(
    140e-6,
    's',
    'unverified',
    'CPU of one post: 94 µs, the slowest result of npm run bench -- fanout on any machine, before signatures became faster, times 1.5 for TLS',
  ),
  postCpuHere: fact(
    48e-6,
    's',
    'unverified',
    'the same on an AMD EPYC, with 31,483 posts per CPU second: 32 µs, times 1.5 for TLS',
  ),
  socketCpu: fact(
    1.5e-3,
    's',
    'unverified',
    'CPU of opening a TLS socket: 1.2 to 2 ms on an AMD EPYC, with node:https on one machine',
  ),
  postSeconds: fact(0.01, 's', 'unverified', 'a post within the Region'),
  readSeconds: fact(0.005, 's', 'unverified', 'GetItem, BatchGetItem, or a Query of a shard'),
  sendSeconds: fact(0.01, 's', 'unverified', 'SendMessage or SendMessageBatch'),
  rowBytes: fact(128, 'bytes', 'unverified', 'a subscription in the connection table'),
  coldSeconds: fact(0.25, 's', 'unverified', 'a new execution environment'),
  answerSeconds: fact(0.02, 's', 'unverified', 'a function that answers a client: ping, subscription, handshake'),
  writeSeconds: fact(0.00755, 's', 'published', `PutItem: ${DEBRIE}`),
  transactionSeconds: fact(0.0253, 's', 'published', `TransactWriteItems with up to 5 items: ${DEBRIE}`),
  transactionItemSeconds: fact(
    0.00034,
    's',
    'published',
    'each further item: (32.1 − 25.3 ms) ÷ 20, from 5 and 25 items there',
  ),
  queueSeconds: fact(0.0162, 's', 'published', `from SQS to a function: ${VAN_DONKERSGOED}`),
  streamSeconds: fact(0.213, 's', 'published', `from DynamoDB Streams to a function: ${VAN_DONKERSGOED}`),
} satisfies Record<string, Fact>;

/** `npm run bench -- sockets` does not replace them yet. */
const DESK =
  'measured on a desk machine over loopback, with Node.js 20, ws 8.23, no compression, and without the code of the lane';

/** Settings of `WebSocketEntry.servers()`, its load balancer, and the work of a task. */
export const Servers = {
  connectionsPerTask: fact(5000, 'connections', 'project', 'default of the entry'),
  taskCpu: fact(256, 'CPU units', 'project', 'default of the entry: a quarter of a vCPU'),
  taskMemory: fact(512, 'MiB', 'project', 'default of the entry'),
  leastTasks: fact(2, 'tasks', 'project', 'default of the entry'),
  targetShare: fact(
    0.6,
    'of a task',
    'project',
    'default of the entry: the number of tasks follows their connections and their CPU utilization',
  ),
  loadBalancerZones: fact(3, 'zones', 'project', 'cdk.json: Availability Zones of prod, each with a public address'),
  postBytes: fact(POST_BYTES, 'bytes', 'project', 'lambda/realtime/task-posts.ts: messages of one post to a task'),
  leaseSeconds: fact(10, 's', 'project', 'lambda/realtime/task-lease.ts: a task renews its lease, one write unit'),
  renewalSeconds: fact(
    3600,
    's',
    'project',
    'lambda/realtime/task-topics.ts: a task renews its subscription, one write unit',
  ),
  countSeconds: fact(
    1,
    's',
    'project',
    'lambda/realtime/task-topics.ts: minimum interval between two writes of a topic’s number of subscribers',
  ),
  openWrites: fact(2, 'write units', 'project', 'lambda/adapters/task-table.ts: the slot, in a transaction'),
  closeWrites: fact(1, 'write units', 'project', 'lambda/adapters/task-table.ts: the slot is released'),
  lcuConnections: fact(
    3000,
    'connections',
    'documented',
    'AWS’s price page, as quoted at https://handbook.vantage.sh/aws/services/elb-pricing: open connections of an LCU',
  ),
  lcuConnects: fact(25, 'connections/s', 'documented', 'the same: new connections of an LCU'),
  lcuBytes: fact(1e9, 'bytes/h', 'documented', 'the same: bytes of an LCU'),
  sendCpu: fact(19e-6, 's', 'unverified', `CPU of a task that sends a frame to a socket: ${DESK}`),
  handshakeCpu: fact(170e-6, 's', 'unverified', `CPU of a task for a handshake, and for a post it receives: ${DESK}`),
  socketBytes: fact(8600, 'bytes', 'unverified', `memory of a socket: ${DESK}`),
} satisfies Record<string, Fact>;

/** Sizes of what CloudFront carries besides the messages. A message has the bytes of the load. */
export const Gateway = {
  frameBytes: fact(100, 'bytes', 'unverified', 'a frame of a client, such as a ping with a topic'),
  answerBytes: fact(200, 'bytes', 'unverified', 'its answer, with the position of a topic'),
  requestBytes: fact(1000, 'bytes', 'unverified', 'a request with its headers and its token, without the message'),
  responseBytes: fact(1000, 'bytes', 'unverified', 'a response with its headers, also of a handshake'),
} satisfies Record<string, Fact>;

/** @returns the assumptions of the estimate, by name: numbers that were not measured on AWS */
export function unverified(): [name: string, fact: Fact][] {
  return factsOf('unverified');
}

/** @returns numbers that others measured on AWS, by name */
export function published(): [name: string, fact: Fact][] {
  return factsOf('published');
}

function factsOf(wanted: Basis): [name: string, fact: Fact][] {
  return Object.entries<Fact>({ ...Quota, ...Cost, ...Servers, ...Gateway }).filter(
    ([, { basis }]) => basis === wanted,
  );
}
