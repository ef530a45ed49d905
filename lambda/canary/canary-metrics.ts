import { type CheckName, type MeasurementName } from './canary';

/**
 * Metrics of the canary, in the namespace of the lanes' metrics, with the dimension `Canary`. Those of checks are percents: 100 for a
 * check that passed, 0 for one that failed, and no value for one that was not tried.
 */
export const CANARY_METRICS = {
  checks: {
    signIn: 'SignInSuccess',
    http: 'HttpSuccess',
    webSocket: 'WebSocketSuccess',
    delivery: 'DeliverySuccess',
  } satisfies Record<CheckName, string>,
  measurements: {
    firstRequest: 'FirstRequest',
    secondRequest: 'SecondRequest',
    firstRequestRatio: 'FirstRequestRatio',
    besideSocketsRatio: 'BesideSocketsRatio',
    publishToPush: 'PublishToPush',
  } satisfies Record<MeasurementName, string>,
} as const;
