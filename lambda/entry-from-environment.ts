import { LeaseTable } from './adapters/lease-table';
import { ManagementApi } from './adapters/management-api';
import { ShardTable } from './adapters/shard-table';
import { dynamoClient, Table } from './adapters/table';
import { TaskPosts } from './adapters/task-posts';
import { required } from './environment';
import type { ConnectionCloser, Outbox } from './realtime/ports';
import { systemClock } from './system-clock';

/** The connections of the WebSocket lane, for functions that post to them and close them. */
export interface Entry {
  connections: ShardTable;
  posts: Outbox & ConnectionCloser;
}

/** Creates the connections of the lane's entry, an API Gateway API or servers, from the environment variables that the lane sets. */
export function entryFromEnvironment(): Entry {
  const table = new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock);
  const endpoint = required('MANAGEMENT_ENDPOINT');
  if (endpoint === 'tasks') {
    const connections = new LeaseTable(table, systemClock);
    return { connections, posts: new TaskPosts({ leases: connections }) };
  }
  return { connections: new ShardTable(table, systemClock), posts: new ManagementApi({ endpoint }) };
}
