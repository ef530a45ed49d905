import { Annotations, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CloudFront } from '../../gateway/cloud-front';
import { CLOUDFRONT_REGION } from '../../partition';
import { distributionPage } from '../console-pages';
import { distributionMetric } from '../distribution-metric';
import type { LaneAlarm } from './lane-alarm';
import { AVERAGE, outOf } from './statistics';
import type { Thresholds } from './thresholds';
import type { Watched } from '../watched';

/** @returns the alarms of the distribution, whose metrics are in one Region only */
export function distributionAlarms(watched: Watched, { errorPercent }: Thresholds): LaneAlarm[] {
  const distribution = watchedDistribution(watched)?.distribution;
  return distribution
    ? [
        {
          id: 'gateway-errors',
          problem: `CloudFront answers more than ${errorPercent} percent of the requests with 5xx.`,
          metric: distributionMetric(distribution, '5xxErrorRate', AVERAGE),
          threshold: errorPercent,
          ...outOf(5, 5),
          console: distributionPage(distribution),
        },
      ]
    : [];
}

/** @returns the distribution in front of the lanes, if alarms of this stack can watch it */
export function watchedDistribution({ gateway }: Watched): CloudFront | undefined {
  return gateway instanceof CloudFront && isInItsRegion(gateway) ? gateway : undefined;
}

/** Warns that no alarm of this stack can watch the distribution. */
export function warnOfUnwatchedDistribution(scope: Construct, { gateway }: Watched): void {
  if (gateway instanceof CloudFront && !isInItsRegion(gateway)) {
    Annotations.of(scope).addWarningV2(
      'twinlane:unwatched-distribution',
      `Errors of the distribution and the expiry of its certificate are not watched: their metrics are in ${CLOUDFRONT_REGION}, and the stack is in ${Stack.of(gateway).region}. Fix: create alarms on 5xxErrorRate and DaysToExpiry in a stack in ${CLOUDFRONT_REGION}`,
    );
  }
}

function isInItsRegion(gateway: CloudFront): boolean {
  return Stack.of(gateway).region === CLOUDFRONT_REGION;
}
