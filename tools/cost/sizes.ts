import type { UserLoad } from './load-of';

/** Numbers of connections of the tables and of the page. */
export const SIZES = [100, 1e3, 1e4, 1e5, 1e6] as const;

/**
 * The same use for each connection, with another number of connections. Topics keep their number of subscribers, except one
 * topic for all: it stays the only one.
 */
export function resized(load: UserLoad, connections: number): UserLoad {
  const factor = connections / load.connections;
  return {
    ...load,
    connections,
    topics: load.topics === 1 ? 1 : Math.max(1, Math.round(load.topics * factor)),
    httpRequestsPerSecond: load.httpRequestsPerSecond * factor,
    ...(load.users !== undefined && { users: Math.round(load.users * factor) }),
  };
}
