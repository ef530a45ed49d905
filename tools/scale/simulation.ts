import { ApiGateway } from './api-gateway';
import { Delivery } from './delivery';
import { Dispatch } from './dispatch';
import { Cost, Quota } from './facts';
import { Latencies } from './latencies';
import { messagesOf, Publishing } from './publishing';
import { Random } from './random';
import type { Scenario } from './scenario';
import { Subscribers } from './subscribers';
import { Timeline } from './timeline';
import {
  burstOf,
  connectsPerSecondAtMost,
  rotationPerSecond,
  saturatesFirst,
  type Utilization,
  utilizationOf,
} from './utilization';

/** Result of a run. Times are in seconds. */
export interface Result {
  readonly scenario: Scenario;
  /** Duration from the first publish to the last delivery. */
  readonly seconds: number;
  readonly messages: { readonly published: number; readonly rejected: number };
  /** Numbers of deliveries. A delivery is one message to one connection. Clients read those given up from the log. */
  readonly deliveries: { readonly made: number; readonly givenUp: number };
  /** Time from the publish request to the delivery; null if there was no delivery. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number } | null;
  /** Numbers of posts made, of posts saved by coalescing, and of attempts answered 429. */
  readonly posts: { readonly made: number; readonly saved: number; readonly throttled: number };
  /** Seconds for which posts had to wait for API Gateway's quota. */
  readonly throttledSeconds: number;
  readonly entries: { readonly sent: number; readonly requeued: number };
  /** Use of the deliver function. `seconds` is the total of all invocations. */
  readonly functions: {
    readonly most: number;
    readonly mean: number;
    readonly invocations: number;
    readonly coldStarts: number;
    readonly seconds: number;
  };
  /** Requests a second of clients, for pings and for connections that replace old ones before API Gateway closes them. */
  readonly clientRequestsPerSecond: number;
  /** Time until all clients are connected again, if all connections break at the same time. */
  readonly reconnectSeconds: number;
  readonly utilization: readonly Utilization[];
  /** Limit with the highest utilization, which is exceeded first if all loads grow proportionally. */
  readonly saturatesFirst: string;
}

/** @param onProgress called periodically with the simulated seconds and the share of deliveries made */
export function simulate(
  scenario: Scenario,
  onProgress: (seconds: number, share: number) => void = () => undefined,
): Result {
  const random = new Random(scenario.seed);
  const timeline = new Timeline();
  const latencies = new Latencies();
  const subscribers = new Subscribers(scenario, random);
  const clientRequests = clientRequestsPerSecond(scenario);
  const pace = postsPerSecondOfOneFunction();
  const apiGateway = new ApiGateway(timeline, {
    refill: Math.max(0, scenario.requestsPerSecond - clientRequests),
    burst: burstOf(scenario),
    pace,
  });
  const delivery = new Delivery(
    timeline,
    scenario,
    (topic, shard) => subscribers.connections(topic, shard),
    apiGateway,
    latencies,
    random,
    pace,
  );
  const dispatch = new Dispatch(
    timeline,
    scenario,
    (topic) => subscribers.shards(topic),
    random,
    (sent) => delivery.receive(sent),
    (sent) => delivery.giveUp(sent),
  );
  const publishing = new Publishing(timeline, scenario);
  let first: number | undefined;
  publishing.start(random, (message) => {
    first ??= message.at;
    dispatch.record(message);
  });
  const expected = (messagesOf(scenario) * scenario.connections) / scenario.topics;
  timeline.run(() => onProgress(timeline.now, latencies.count / expected));

  const seconds = (delivery.last || timeline.now) - (first ?? 0);
  const utilization = utilizationOf({ scenario, seconds, clientRequests, apiGateway, delivery, dispatch, publishing });
  return {
    scenario,
    seconds,
    messages: { published: publishing.published, rejected: publishing.rejected },
    deliveries: { made: latencies.count, givenUp: delivery.givenUp },
    latency:
      latencies.count > 0
        ? {
            p50: latencies.percentile(0.5) ?? 0,
            p95: latencies.percentile(0.95) ?? 0,
            p99: latencies.percentile(0.99) ?? 0,
            max: latencies.max,
          }
        : null,
    posts: {
      made: apiGateway.posts,
      saved: latencies.count - apiGateway.posts,
      throttled: Math.round(apiGateway.throttled),
    },
    throttledSeconds: apiGateway.saturated,
    entries: { sent: dispatch.entries, requeued: delivery.requeued },
    functions: {
      most: delivery.most,
      mean: seconds > 0 ? delivery.inFlight / seconds : 0,
      invocations: delivery.invocations,
      coldStarts: delivery.environments,
      seconds: delivery.seconds,
    },
    clientRequestsPerSecond: clientRequests,
    reconnectSeconds: scenario.connections / connectsPerSecondAtMost(scenario),
    utilization,
    saturatesFirst: saturatesFirst(utilization)?.limit ?? '',
  };
}

function clientRequestsPerSecond(scenario: Scenario): number {
  const pings = scenario.pingInterval > 0 ? scenario.connections / scenario.pingInterval : 0;
  return pings + rotationPerSecond(scenario) * Cost.requestsPerConnect.value;
}

/** Posts a second, limited by its sockets or by its share of a CPU for signing and sending. */
function postsPerSecondOfOneFunction(): number {
  const sockets = Cost.concurrentPosts.value / Cost.postSeconds.value;
  const cpu = Cost.functionMemory.value / Quota.memoryOfOneCpu.value / Cost.postCpu.value;
  return Math.min(sockets, cpu);
}
