import { Duration } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { certificatePage } from '../console-pages';
import { watchedDistribution } from './distribution';
import type { LaneAlarm } from './lane-alarm';
import { outOf } from './statistics';
import type { Thresholds } from './thresholds';
import type { Watched } from '../watched';

/** @returns an alarm for each certificate in the Region of the stack */
export function certificateAlarms(watched: Watched, { certificateDays }: Thresholds): LaneAlarm[] {
  return Object.entries(certificatesOf(watched)).map(([id, certificate]) => ({
    id,
    section: 'certificates',
    notifiesItself: true,
    problem: `A certificate expires in ${certificateDays} days or fewer, and was not renewed.`,
    metric: certificate.metricDaysToExpiry({ period: Duration.days(1), statistic: Stats.MINIMUM }),
    threshold: certificateDays,
    comparison: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
    ...outOf(1, 1),
    // ACM publishes the metric once a day, and no longer after the expiry. A new certificate has no value yet.
    missingData: TreatMissingData.IGNORE,
    console: certificatePage(certificate),
  }));
}

/** @returns the certificates, by the ids of their alarms */
function certificatesOf(watched: Watched): Record<string, ICertificate> {
  const { http, webSocket } = watched.certificates ?? {};
  const gateway = watchedDistribution(watched)?.certificate;
  const lanes =
    http && webSocket && http.certificateArn !== webSocket.certificateArn
      ? { 'certificate-http': http, 'certificate-websocket': webSocket }
      : ofOne(http ?? webSocket);
  const isOther =
    gateway && !Object.values(lanes).some(({ certificateArn }) => certificateArn === gateway.certificateArn);
  return { ...lanes, ...(isOther && { 'certificate-gateway': gateway }) };
}

function ofOne(certificate: ICertificate | undefined): Record<string, ICertificate> {
  return certificate ? { certificate } : {};
}
