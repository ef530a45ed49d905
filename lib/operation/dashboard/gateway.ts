import { type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CloudFront } from '../../gateway/cloud-front';
import type { GatewayConfig } from '../../gateway/gateway-config';
import { CLOUDFRONT_REGION } from '../../partition';
import { distributionMetric } from '../distribution-metric';
import { labeled } from './metrics';
import type { Graph } from './row';

/** @returns graphs of a distribution, from left to right; none if the gateway is a load balancer, which is that of the HTTP lane */
export function gatewayGraphs(gateway: GatewayConfig | undefined): Graph[] {
  if (!(gateway instanceof CloudFront)) {
    return [];
  }
  // The metrics are in one Region only.
  const metric = (metricName: string, options: MetricOptions) =>
    distributionMetric(gateway.distribution, metricName, { region: CLOUDFRONT_REGION, ...options });
  const share = { statistic: Stats.AVERAGE };
  return [
    {
      title: 'Gateway: traffic',
      left: { label: 'requests', metrics: [metric('Requests', labeled('requests'))] },
    },
    {
      title: 'Gateway: errors',
      left: {
        label: 'percent',
        metrics: [metric('5xxErrorRate', labeled('5xx', share)), metric('4xxErrorRate', labeled('4xx', share))],
      },
    },
    {
      title: 'Gateway: cost',
      left: { label: 'bytes', metrics: [metric('BytesDownloaded', labeled('bytes to clients'))] },
    },
  ];
}
