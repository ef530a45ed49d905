import type { Metrics } from './metrics';
import type { PostCounts } from './realtime/delivery';

/** Counts the posts of an invocation of push or deliver. */
export function countPosts(metrics: Metrics, { posts, left, gone, latencies }: PostCounts): void {
  metrics.count('Posts', posts);
  metrics.count('Left', left);
  metrics.count('Gone', gone);
  latencies.forEach((milliseconds) => metrics.sample('PushLatency', milliseconds));
}
