import { GIGABYTE, HOURS_OF_MONTH, priceOf, SECONDS_OF_MONTH } from '../prices/price';
import { framesOfClients, pingsPerSecond } from '../scale/clients';
import { connectionWrites, subscriptionReads } from '../scale/connection-table';
import { pingReads } from '../scale/ping-reads';
import { postsOf } from '../scale/recipients';
import { storedConnections } from '../scale/stored';
import { lcusOf, tasksOf } from '../scale/tasks';
import { bytesBetweenZones } from '../scale/zone-transfer';
import { type Charge, charges } from './charge';
import type { CostLoad } from './cost-load';
import { functionCharges } from './function-charges';
import type { Stage, StageService } from './stage';
import { taskRows } from './task-rows';

/** Charges of connections, and of the messages to them. */
export function webSocketCharges(stage: Stage, load: CostLoad): Charge[] {
  return [
    ...(stage.entry === 'apiGateway' ? ofApi(stage, load) : ofServers(stage, load)),
    ...charges('websocket', true, [
      [
        'writes of the connection table',
        priceOf('DynamoDB', 'on-demand write, 1 KB'),
        SECONDS_OF_MONTH * connectionWrites(load),
      ],
      [
        'reads of subscriptions',
        priceOf('DynamoDB', 'on-demand read, 4 KB, strongly consistent'),
        SECONDS_OF_MONTH * subscriptionReads(load),
      ],
      [
        'reads of positions by pings',
        priceOf('DynamoDB', 'on-demand read, 4 KB, strongly consistent'),
        SECONDS_OF_MONTH * pingReads(load),
      ],
      ['storage of connections', priceOf('DynamoDB', 'table storage'), storedConnections(load)],
      [
        'recovery of connections',
        priceOf('DynamoDB', 'point-in-time recovery'),
        stage.tables.recovered ? storedConnections(load) : 0,
      ],
    ]),
  ];
}

function ofApi(stage: Stage, load: CostLoad): Charge[] {
  const message = priceOf('API Gateway WebSocket', 'message, either direction, per 32 KB');
  const { hintPosts, batchPosts } = postsOf(load);
  const pings = pingsPerSecond(load);
  return [
    ...charges('websocket', true, [
      [
        'connection minutes',
        priceOf('API Gateway WebSocket', 'connection minute'),
        HOURS_OF_MONTH * 60 * load.connections,
      ],
      ['messages to connections', message, SECONDS_OF_MONTH * (hintPosts + batchPosts)],
      ['pings and their answers', message, SECONDS_OF_MONTH * 2 * pings],
      ['subscriptions and their answers', message, SECONDS_OF_MONTH * 2 * (framesOfClients(load) - pings)],
    ]),
    ...functionCharges('websocket', ['Connect', 'Disconnect', 'Message'], stage, load),
  ];
}

function ofServers({ servers, zones }: Stage, load: CostLoad): Charge[] {
  return charges('websocket', true, [
    ['LCUs of connections', priceOf('ApplicationELB', 'capacity unit'), HOURS_OF_MONTH * lcusOf(load)],
    ...(servers ? taskRows('WebSocket tasks beyond the least', servers, furtherTasks(servers, load)) : []),
    [
      'posts to tasks in another zone',
      priceOf('Data transfer', 'between zones, each direction'),
      (2 * SECONDS_OF_MONTH * bytesBetweenZones(load, zones)) / GIGABYTE,
    ],
  ]);
}

/** Tasks that the scaling adds to the least number. */
function furtherTasks({ minTasks }: StageService, load: CostLoad): number {
  return Math.max(0, tasksOf(load) - minTasks);
}
