import { DynamoConnectionOpener, type ConnectionOpenerOptions } from './adapters/connection-opener';
import { Table } from './adapters/table';
import type { OperationCaller } from './aws/json-client';
import { required, requiredNumber } from './environment';
import { parseRateLimit } from './realtime/rate-limit';
import { systemClock } from './system-clock';

/**
 * Creates what opens connections with tickets, from the environment variables that the WebSocket lane sets.
 *
 * @returns undefined if clients are not authenticated
 */
export function openerFromEnvironment(
  connections: ConnectionOpenerOptions['connections'],
  client: OperationCaller,
): DynamoConnectionOpener | undefined {
  const name = required('ADMISSION_TABLE');
  const connectionsPerSubject = requiredNumber('CONNECTIONS_PER_SUBJECT');
  const frames = parseRateLimit(required('FRAME_RATE_LIMIT'));
  return name === 'none'
    ? undefined
    : new DynamoConnectionOpener({
        connections,
        admission: { table: new Table(client, name, systemClock), name },
        connectionsPerSubject,
        frames,
        clock: systemClock,
      });
}
