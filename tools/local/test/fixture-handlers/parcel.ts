/** A parcel, as the table and the queue have it. */
export interface Parcel {
  readonly id: string;
  readonly city: string;
  readonly status: 'sent' | 'lost';
  /** Seconds since 1970; the table deletes it then. */
  readonly expires?: number;
}
