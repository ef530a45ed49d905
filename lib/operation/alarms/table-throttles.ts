import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { tablePage } from '../console-pages';
import type { LaneAlarm } from './lane-alarm';
import { outOf, SUM, sumOf } from './statistics';

/**
 * @returns an alarm on throttled reads and writes of a table. DynamoDB publishes these metrics only while it throttles, and CloudWatch
 * ignores missing data of DynamoDB whatever the alarm says: without `FILL`, the alarm would never end.
 */
export function tableThrottles(id: string, problem: string, table: ITable): LaneAlarm {
  return {
    id,
    problem,
    metric: sumOf(
      ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => table.metric(name, SUM)),
      'Throttled reads and writes',
    ),
    threshold: 0,
    ...outOf(5, 7),
    console: tablePage(table),
  };
}
