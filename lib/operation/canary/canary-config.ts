import type { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ICanary } from 'aws-cdk-lib/aws-synthetics';
import type { AuthenticationConfig } from '../../authentication/authentication';
import type { LaneFunction } from '../../functions/lane-function';
import type { Retention } from '../../storage/retention';
import type { LaneAlarm } from '../alarms/lane-alarm';

/** Lanes that a canary checks. */
export interface CanaryContext {
  /** URL of the HTTP lane for clients: `https://api.example.com`. It can contain a token. */
  readonly httpUrl: string;

  /** URL of the WebSocket lane for clients: `wss://ws.example.com`. It can contain a token. */
  readonly webSocketUrl: string;

  /** Issuer of the tokens; undefined without authentication. */
  readonly authentication: AuthenticationConfig | undefined;

  /** Time for which messages wait to be delivered together: `maxBatchingWindow` of the delivery. */
  readonly batchingWindow: Duration;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** A canary that is bound to an operation. */
export interface CanaryConfig {
  /** Alarms of each lane, and one that notifies by itself: no run, or no sign-in. With CloudWatch Synthetics, only that one, for all checks. */
  readonly alarms: {
    readonly http: readonly LaneAlarm[];
    readonly webSocket: readonly LaneAlarm[];
    readonly log: readonly LaneAlarm[];
    readonly canary: readonly LaneAlarm[];
  };

  /** Value of the dimension `Canary` of its metrics. */
  readonly name: string;

  /** Time between two runs. */
  readonly every: Duration;

  /** Its credentials; undefined without authentication. */
  readonly credentials: ISecret | undefined;

  /** The scheduled function. Undefined with CloudWatch Synthetics. */
  readonly function?: LaneFunction;

  /** The canary of CloudWatch Synthetics. Undefined with a scheduled function. */
  readonly synthetics?: ICanary;
}
