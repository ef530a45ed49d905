/** A scalable target of Application Auto Scaling, with its bounds. */
export interface LaneScaling {
  /** `service/CLUSTER/SERVICE` or `function:NAME:ALIAS`. */
  readonly resourceId: string;
  readonly minCapacity: number;
  readonly maxCapacity: number;
}
