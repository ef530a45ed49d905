import type { Entry } from '../scale/load';

/** Functions of the lanes, by the id of their construct. */
export const FUNCTIONS = [
  'Connect',
  'Disconnect',
  'Message',
  'Dispatch',
  'Push',
  'Deliver',
  'Revoke',
  'Service',
] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

/** A function of a lane. */
export interface StageFunction {
  /** MB. */
  readonly memory: number;
  readonly traced: boolean;
  /** True if it writes metrics of its own. */
  readonly writesMetrics: boolean;
  /** Initialized environments, at least. */
  readonly provisioned: number;
}

/** A service of tasks on Fargate. */
export interface StageService {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** CPU units of a task: 1024 are one vCPU. */
  readonly cpu: number;
  /** MiB of a task. */
  readonly memory: number;
  readonly architecture: 'arm64' | 'x86';
  readonly writesMetrics: boolean;
  /** Requests a minute of a task to which the service scales; absent without such a policy. */
  readonly requestsPerTask?: number;
  /** Maximum connections of a task; absent if it has no sockets. */
  readonly connectionsPerTask?: number;
}

/** A client that checks both lanes. */
export interface StageCanary {
  /** A function with a schedule, or a canary of CloudWatch Synthetics. */
  readonly type: 'scheduled' | 'synthetics';
  /** Minutes between two runs. */
  readonly everyMinutes: number;
  /** MB. */
  readonly memory: number;
  /** True if it signs in. */
  readonly hasSecret: boolean;
}

/** Billed settings and numbers of the resources of a stage. */
export interface Stage {
  /** Absent without a WebSocket lane. */
  readonly entry?: Entry;
  readonly gateway: 'none' | 'cloudFront';
  /** Zones of a load balancer, or 1. */
  readonly zones: number;
  readonly loadBalancers: number;
  readonly addresses: number;
  readonly natGateways: number;
  /** Interface endpoints, each counted in each of its zones. */
  readonly interfaceEndpoints: number;
  readonly hostedZones: number;
  readonly webAcls: number;
  readonly webAclRules: number;
  readonly secrets: number;
  readonly keys: number;
  readonly images: number;
  readonly functions: Readonly<Partial<Record<FunctionName, StageFunction>>>;
  readonly httpService?: StageService;
  readonly servers?: StageService;
  /** Routes of the API with detailed metrics. */
  readonly routesWithMetrics: number;
  readonly writesAccessLog: boolean;
  readonly flowLogs: number;
  readonly balancersWithLogs: number;
  readonly clustersWithInsights: { readonly standard: number; readonly enhanced: number };
  readonly mappingsWithMetrics: number;
  /** Queues that invoke functions. */
  readonly polledQueues: number;
  readonly hasHintQueue: boolean;
  /** Days for which logs are kept. A group that never expires counts as a year. */
  readonly logDays: number;
  /** Seconds for which the log keeps a message. */
  readonly messageSeconds: number;
  readonly tables: { readonly recovered: boolean };
  readonly userPools: 'ESSENTIALS' | 'LITE' | 'PLUS' | undefined;
  /** Metrics of alarms: of each metric of an expression. */
  readonly alarmMetrics: number;
  readonly fastAlarmMetrics: number;
  /** Policies of target tracking, by the resolution of their metric. */
  readonly scalingPolicies: { readonly standard: number; readonly fast: number };
  readonly compositeAlarms: number;
  readonly dashboards: number;
  /** Absent without a canary. */
  readonly canary?: StageCanary;
  /** Maximum number of concurrent deliver functions; absent if it is not set. */
  readonly concurrency?: number;
  /** Seconds of the batching window of dispatch. */
  readonly maxBatchingWindow: number;
}
