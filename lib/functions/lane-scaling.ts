/** What Application Auto Scaling scales in a lane, and between which bounds. */
export interface LaneScaling {
  /** `service/CLUSTER/SERVICE` or `function:NAME:ALIAS`. */
  readonly resourceId: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
}
