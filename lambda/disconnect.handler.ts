import { ConnectionTable } from './adapters/connection-table';
import { dynamoClient, Table } from './adapters/table';
import { createHandler } from './disconnect';
import { required } from './environment';
import { systemClock } from './system-clock';

const table = new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock);

export const handler = createHandler({ connections: new ConnectionTable(table, systemClock) });
