import { Cost, Quota, Servers } from './facts';

/** Entry of the WebSocket lane: an API Gateway API, or servers of the lane. */
export type Entry = 'apiGateway' | 'servers';

/** Gateway in front of both lanes: none, or a CloudFront distribution. */
type GatewayOfLoad = 'none' | 'cloudFront';

/** Input of an estimate: a load, and the quotas of the account. */
export interface Load {
  readonly entry: Entry;
  /** Gateway in front of both lanes. It adds to the cost only. */
  readonly gateway: GatewayOfLoad;
  /** Connections, each subscribed to one topic. */
  readonly connections: number;
  /** Topics that share the connections evenly. */
  readonly topics: number;
  /** Messages a second on each topic. */
  readonly rate: number;
  /** Bytes of a message in its frame, names and position included. */
  readonly bytes: number;
  /** API Gateway's requests a second in the account: posts, frames from clients, and handshakes. */
  readonly requestsPerSecond: number;
  /** API Gateway's new connections a second in the account. */
  readonly connectsPerSecond: number;
  /** DynamoDB's write units a second in a table. */
  readonly tableWritesPerSecond: number;
  /** Maximum number of concurrent deliver functions: the event source's maximum concurrency. */
  readonly concurrency: number;
  /** Seconds for which Lambda batches messages of the stream before it invokes dispatch. */
  readonly maxBatchingWindow: number;
  /** Seconds between two pings of a client; 0 for none. */
  readonly pingInterval: number;
  /** Maximum connections of a task. Only for servers, as all options of tasks. */
  readonly connectionsPerTask: number;
  /** CPU units of a task: 1024 are one vCPU. */
  readonly taskCpu: number;
  /** Memory of a task, in MiB. */
  readonly taskMemory: number;
  /** CPU time in which a task sends a frame, in microseconds. */
  readonly sendCpu: number;
  /** CPU time of a task for a handshake or a post, in microseconds. */
  readonly handshakeCpu: number;
  /** vCPUs of running Fargate tasks in the account. */
  readonly fargateVcpus: number;
  /** Memory of the push function, in MB. */
  readonly pushMemory: number;
  /** Memory of the deliver function, in MB. */
  readonly deliverMemory: number;
  /** CPU time of one post, in microseconds. */
  readonly postCpu: number;
  /** True if the first functions that handle a message are started for it. */
  readonly cold: boolean;
}

/** One message a minute to all connections, with the default quotas of an account. */
export const DEFAULTS: Load = {
  entry: 'apiGateway',
  gateway: 'none',
  connections: 100_000,
  topics: 1,
  rate: 1 / 60,
  bytes: 512,
  requestsPerSecond: Quota.requestsPerSecond.value,
  connectsPerSecond: Quota.connectsPerSecond.value,
  tableWritesPerSecond: Quota.tableWrites.value,
  concurrency: 200,
  maxBatchingWindow: 0,
  pingInterval: 240,
  connectionsPerTask: Servers.connectionsPerTask.value,
  taskCpu: Servers.taskCpu.value,
  taskMemory: Servers.taskMemory.value,
  sendCpu: Math.round(Servers.sendCpu.value * 1e6),
  handshakeCpu: Math.round(Servers.handshakeCpu.value * 1e6),
  fargateVcpus: Quota.fargateVcpus.value,
  pushMemory: Cost.pushMemory.value,
  deliverMemory: Cost.deliverMemory.value,
  postCpu: Cost.postCpu.value * 1e6,
  cold: false,
};
