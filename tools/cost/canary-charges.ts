import { CANARY_METRICS } from '../../lambda/canary/canary-metrics';
import { GIGABYTE, priceOf, SECONDS_OF_MONTH } from '../prices/price';
import { Billed } from '../scale/bill-facts';
import { type Charge, charges, type Row } from './charge';
import type { Stage, StageCanary } from './stage';

/** Charges of the canary, which do not grow with the load. Its secret is in the line of secrets, and its alarms in that of alarms. */
export function canaryCharges({ canary }: Stage): Charge[] {
  if (!canary) {
    return [];
  }
  const runs = SECONDS_OF_MONTH / (60 * canary.everyMinutes);
  return charges('observability', false, [
    ...(canary.type === 'synthetics' ? synthetics(runs) : []),
    ['canary: invocations', priceOf('Lambda', 'request'), runs],
    ['canary: duration', durationPrice(canary), runs * Billed.canarySeconds.value * (canary.memory / 1024)],
    ['canary: metrics', priceOf('CloudWatch', 'custom metric'), metricsOfCanary()],
    [
      'canary: logs',
      priceOf('CloudWatch Logs', 'ingestion, standard class'),
      (runs * (Billed.invocationLogBytes.value + Billed.lineBytes.value + Billed.metricsLineBytes.value)) / GIGABYTE,
    ],
    ['canary: reads of the secret', priceOf('Secrets Manager', 'API call'), canary.hasSecret ? runs : 0],
  ]);
}

/** Price of the duration of a run. The functions of CloudWatch Synthetics have the architecture x86. */
function durationPrice({ type }: StageCanary) {
  return priceOf('Lambda', type === 'synthetics' ? 'x86 duration' : 'arm64 duration');
}

function synthetics(runs: number): Row[] {
  return [
    ['canary: runs of CloudWatch Synthetics', priceOf('CloudWatch', 'Synthetics canary run'), runs],
    ['canary: files of artifacts', priceOf('S3', 'PUT, LIST'), runs * Billed.canaryFiles.value],
  ];
}

/** Number of metrics that a run writes. One that has no value costs nothing, so this is the most. */
function metricsOfCanary(): number {
  return Object.values(CANARY_METRICS).reduce((sum, names) => sum + Object.keys(names).length, 0);
}
