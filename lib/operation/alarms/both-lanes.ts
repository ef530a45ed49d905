import { certificateAlarms } from './certificates';
import { distributionAlarms } from './distribution';
import type { LaneAlarm } from './lane-alarm';
import { tableThrottles } from './table-throttles';
import type { Thresholds } from './thresholds';
import type { Watched } from '../watched';

/** @returns the alarms of what both lanes use */
export function sharedAlarms(watched: Watched, thresholds: Thresholds): LaneAlarm[] {
  const { table } = watched.admission ?? {};
  return [
    ...(table
      ? [
          tableThrottles(
            'admission-table-throttles',
            'DynamoDB throttles the admission table: tickets, rate limits and logouts are affected.',
            table,
          ),
        ]
      : []),
    ...certificateAlarms(watched, thresholds),
    ...distributionAlarms(watched, thresholds),
  ];
}
