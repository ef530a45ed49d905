import { ATTEMPTS } from '../../lambda/realtime/delivery';
import { POSTS_AT_ONCE } from '../../lambda/realtime/posting';
import { Limit } from '../../lambda/realtime/protocol';
import { FULL_SHARD, MOST_SHARDS } from '../../lambda/realtime/sharding';
import { defaultQuotas } from '../../lib/aws-limits';

/**
 * How well a number is known. `documented`: AWS says so. `ours`: this project sets it. `measured`: by the command that
 * the source names. `unverified`: nobody has measured it on AWS for this project.
 */
type Standing = 'documented' | 'ours' | 'measured' | 'unverified';

/** A number that the model stands on. */
export interface Fact {
  readonly value: number;
  readonly unit: string;
  readonly standing: Standing;
  /** Where the number comes from: AWS's page below docs.aws.amazon.com, a file, a command, or why it is a guess. */
  readonly source: string;
}

const fact = (value: number, unit: string, standing: Standing, source: string): Fact => ({
  value,
  unit,
  standing,
  source,
});

const account = defaultQuotas(undefined);

/** What AWS allows; the options of the command raise some of them. */
export const Quota = {
  requestsPerSecond: fact(
    account.apiGatewayRequestsPerSecond,
    'requests/s',
    'documented',
    'apigateway limits.html: HTTP, REST, WebSocket and callback APIs of an account together; can be raised',
  ),
  requestBurst: fact(account.apiGatewayBurst, 'requests', 'documented', 'apigateway limits.html: the bucket’s size'),
  connectsPerSecond: fact(
    500,
    'connections/s',
    'documented',
    'apigateway apigateway-execution-service-websocket-limits-table.html: can be raised',
  ),
  frameBytes: fact(Limit.FRAME_BYTES, 'bytes', 'documented', 'the same page: WebSocket frame size'),
  firstFunctions: fact(5, 'functions', 'documented', 'lambda services-sqs-scaling.html: where an event source begins'),
  functionsPerSecond: fact(5, 'functions/s', 'documented', 'the same page: 300 more a minute while messages wait'),
  mostFunctions: fact(1000, 'functions', 'documented', 'the same page: the largest maximum concurrency'),
  functionsOfAccount: fact(account.lambdaConcurrency, 'functions', 'documented', 'lambda gettingstarted-limits.html'),
  queueBatch: fact(10, 'entries', 'documented', 'SendMessageBatch; also the event source’s batch size'),
  queueBatchBytes: fact(256 * 1024, 'bytes', 'documented', 'SendMessageBatch in every Region'),
  streamPollsPerSecond: fact(4, 'polls/s', 'documented', 'lambda with-ddb.html: the base rate of each shard'),
  partitionWrites: fact(1000, 'write units/s', 'documented', 'amazondynamodb bp-partition-key-design.html'),
  tableReads: fact(40_000, 'read units/s', 'documented', 'amazondynamodb ServiceQuotas.html: an on-demand table'),
  tableWrites: fact(40_000, 'write units/s', 'documented', 'the same page: an on-demand table; can be raised'),
  memoryOfOneCpu: fact(1769, 'MB', 'documented', 'lambda configuration-memory.html: where a function has one vCPU'),
} satisfies Record<string, Fact>;

/** What this project sets, and what things take. */
export const Cost = {
  postsAtOnce: fact(POSTS_AT_ONCE, 'posts', 'ours', 'lambda/realtime/posting.ts'),
  postBackoffBase: fact(0.1, 's', 'ours', 'lambda/realtime/posting.ts: the first wait after a 429, full jitter'),
  postBackoffCap: fact(2, 's', 'ours', 'lambda/realtime/posting.ts: the longest wait'),
  functionMemory: fact(512, 'MB', 'ours', 'lib/functions/lane-function.ts'),
  deliverSeconds: fact(
    22,
    's',
    'ours',
    'lib/websocket-lane/delivery.ts: 30 s, of which lambda/deliver.handler.ts keeps 8',
  ),
  dispatchTimeout: fact(30, 's', 'ours', 'lib/websocket-lane/delivery.ts'),
  putBackBase: fact(2, 's', 'ours', 'the longest first wait of what is put back; each further one doubles it'),
  putBackCap: fact(60, 's', 'ours', 'the longest wait'),
  putBacks: fact(ATTEMPTS, 'times', 'ours', 'lambda/realtime/delivery.ts: then what is left goes the way of a failure'),
  receives: fact(5, 'times', 'ours', 'lib/websocket-lane/delivery.ts: then the queue puts a failure aside'),
  visibilitySeconds: fact(180, 's', 'ours', 'lib/websocket-lane/delivery.ts: until a failure comes again'),
  fullShard: fact(
    FULL_SHARD,
    'connections',
    'ours',
    'lambda/realtime/sharding.ts: a fuller shard of subscribers has the topic get more, or is read in parts',
  ),
  shardGrowth: fact(4, 'times', 'ours', 'so many times as many shards has a topic that grows'),
  mostShards: fact(MOST_SHARDS, 'shards', 'ours', 'lambda/realtime/sharding.ts: of one generation'),
  entryBytes: fact(100 * 1024, 'bytes', 'ours', 'messages of one entry in the queue'),
  sendsAtOnce: fact(16, 'calls', 'ours', 'SendMessageBatch calls that dispatch has in flight'),
  streamBatch: fact(100, 'records', 'ours', 'lib/websocket-lane/delivery.ts'),
  appendPatience: fact(4, 's', 'ours', 'lambda/adapters/message-log.ts: then a publisher gets 503'),
  requestsPerConnect: fact(2, 'requests', 'ours', 'a handshake and a subscription'),
  frameWrites: fact(
    1,
    'write units',
    'ours',
    'lambda/adapters/bucket.ts: a frame’s, of its connection’s allowance; 2 where that is not full',
  ),
  publishWrites: fact(1, 'write units', 'ours', 'lambda/adapters/bucket.ts: the same, of the subject’s allowance'),
  ticketWrites: fact(
    9,
    'write units',
    'ours',
    'lambda/adapters/admission-table.ts: the subject’s allowance, then by twos a ticket, its deletion, and a check for a logout with each',
  ),
  enterWrites: fact(
    10,
    'write units',
    'ours',
    'lambda/adapters/connection-table.ts: by twos the slot, the connection, and the three items of a subscription',
  ),
  leaveWrites: fact(
    4,
    'write units',
    'ours',
    'lambda/adapters/connection-table.ts: the connection, the slot, and two items of the subscription',
  ),
  publishesOfSubject: fact(100, 'publishes/s', 'ours', 'lib/authentication/admission.ts: then a publisher gets 429'),
  connectionSeconds: fact(6150, 's', 'ours', 'a client leaves after 90 to 115 minutes, before API Gateway’s 2 hours'),
  postCpu: fact(
    140e-6,
    's',
    'unverified',
    'CPU of one post: four times what npm run bench -- fanout measures at a desk, for TLS and a slower processor',
  ),
  postSeconds: fact(0.01, 's', 'unverified', 'a post within the Region'),
  appendSeconds: fact(0.015, 's', 'unverified', 'a read of the head, then a transaction; one at a time on a topic'),
  allowanceSeconds: fact(0.005, 's', 'unverified', 'a write of the subject’s allowance, before the append'),
  streamSeconds: fact(0.05, 's', 'unverified', 'from the write to the stream'),
  planSeconds: fact(0.005, 's', 'unverified', 'a read of a topic’s shards'),
  sendSeconds: fact(0.015, 's', 'unverified', 'SendMessageBatch'),
  queueSeconds: fact(0.02, 's', 'unverified', 'from the queue to an invocation'),
  shardSeconds: fact(0.01, 's', 'unverified', 'a Query of a shard; those of one invocation run together'),
  rowBytes: fact(128, 'bytes', 'unverified', 'a subscription in the connection table'),
  coldSeconds: fact(0.25, 's', 'unverified', 'a new execution environment'),
  answerSeconds: fact(0.02, 's', 'unverified', 'a function that answers a client: ping, subscription, handshake'),
} satisfies Record<string, Fact>;

/** @returns what the model guesses, by name: nobody has measured these on AWS. */
export function unverified(): [name: string, fact: Fact][] {
  return Object.entries<Fact>({ ...Quota, ...Cost }).filter(([, { standing }]) => standing === 'unverified');
}
