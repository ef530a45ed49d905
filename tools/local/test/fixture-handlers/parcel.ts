/** A parcel, as stored in the table and sent through the queue. */
export interface Parcel {
  readonly id: string;
  readonly city: string;
  readonly status: 'sent' | 'lost';
  /** Time at which the table deletes the parcel, in seconds since 1970. */
  readonly expires?: number;
}
