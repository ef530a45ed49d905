import type { Load } from '../scale/load';

/** Load of a stage. Its entry, gateway and sizes are those of the template. */
export interface CostLoad extends Load {
  /** Requests a second of the HTTP lane besides publishes and tickets. */
  readonly httpRequestsPerSecond: number;
  /** Users who are active in a month, for the user pool of the stage. */
  readonly users: number;
}
