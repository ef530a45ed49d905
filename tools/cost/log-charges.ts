import { priceOf, SECONDS_OF_MONTH } from '../prices/price';
import { logReads, logWrites } from '../scale/log-table';
import { queueRequests } from '../scale/queues';
import { storedMessages } from '../scale/stored';
import { type Charge, charges } from './charge';
import type { CostLoad } from './cost-load';
import { functionCharges } from './function-charges';
import type { Stage } from './stage';

/** Charges of the message log, and of the delivery from it. */
export function logCharges(stage: Stage, load: CostLoad): Charge[] {
  const stored = storedMessages(load, stage.messageSeconds);
  return [
    ...charges('log', true, [
      ['writes of the message log', priceOf('DynamoDB', 'on-demand write, 1 KB'), SECONDS_OF_MONTH * logWrites(load)],
      [
        'reads of the message log',
        priceOf('DynamoDB', 'on-demand read, 4 KB, strongly consistent'),
        SECONDS_OF_MONTH * logReads(load),
      ],
      ['storage of messages', priceOf('DynamoDB', 'table storage'), stored],
      ['recovery of messages', priceOf('DynamoDB', 'point-in-time recovery'), stage.tables.recovered ? stored : 0],
      ['requests of queues', priceOf('SQS', 'standard request, per 64 KB'), SECONDS_OF_MONTH * queueRequests(load)],
    ]),
    ...functionCharges('log', ['Dispatch', 'Push', 'Deliver'], stage, load),
  ];
}
