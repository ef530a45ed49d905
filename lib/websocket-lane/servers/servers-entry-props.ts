import type { ServersLoadBalancer } from './servers-load-balancer';

/** Options of servers. */
export interface ServersEntryProps {
  readonly cpu?: number;
  readonly memoryLimitMiB?: number;
  readonly connectionsPerTask?: number;
  readonly scaling?: { readonly minCapacity?: number; readonly maxCapacity?: number };
  readonly loadBalancer?: ServersLoadBalancer;
}
