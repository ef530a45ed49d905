import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { quotaPage } from '../console-pages';
import type { LaneAlarm } from './lane-alarm';
import { expressionOf, GREATEST, outOf } from './statistics';
import type { Thresholds } from './thresholds';
import type { Watched } from '../watched';

/** @returns alarms on quotas of the account that all stages of the Region share */
export function accountAlarms({ httpLane, webSocketLane }: Watched, { concurrencyPercent }: Thresholds): LaneAlarm[] {
  const hasTasks = httpLane?.compute.service !== undefined || webSocketLane?.servers !== undefined;
  return [
    {
      id: 'account-concurrency',
      problem: `Functions of the account claim more than ${concurrencyPercent} percent of the quota of concurrent executions.`,
      // The formula of "Monitoring concurrency", AWS Lambda Developer Guide. Without dimensions: all functions of the account in the Region.
      metric: expressionOf(
        '100 * claimed / SERVICE_QUOTA(executions)',
        { claimed: ofLambda('ClaimedAccountConcurrency'), executions: ofLambda('ConcurrentExecutions') },
        'Quota in use (percent)',
      ),
      threshold: concurrencyPercent,
      ...outOf(10, 10),
      console: quotaPage('lambda', 'L-B99A9384'),
    },
    ...(hasTasks
      ? [
          {
            id: 'account-vcpus',
            problem: `Tasks of the account use more than ${concurrencyPercent} percent of the quota of Fargate vCPUs.`,
            metric: expressionOf(
              '100 * vcpus / SERVICE_QUOTA(vcpus)',
              {
                vcpus: new Metric({
                  namespace: 'AWS/Usage',
                  metricName: 'ResourceCount',
                  dimensionsMap: {
                    Service: 'Fargate',
                    Type: 'Resource',
                    Resource: 'vCPU',
                    Class: 'Standard/OnDemand',
                  },
                  ...GREATEST,
                }),
              },
              'Quota in use (percent)',
            ),
            threshold: concurrencyPercent,
            ...outOf(5, 5),
            console: quotaPage('fargate', 'L-3032A538'),
          },
        ]
      : []),
  ];
}

function ofLambda(metricName: string): Metric {
  return new Metric({ namespace: 'AWS/Lambda', metricName, ...GREATEST });
}
