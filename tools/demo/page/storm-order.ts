/** Has the storm's worker gather sockets: it answers `gathered`. */
export interface StormOrder {
  readonly http: string;
  readonly websocket: string;
  readonly topic: string;
  readonly sockets: number;
  /** Of whom the sockets are, in turn; none where nobody signs in. */
  readonly tokens: readonly string[];
}

/** Has it rage: it answers `over`. */
export interface Bounds {
  readonly topic: string;
  /** At most. */
  readonly messagesPerSecond: number;
  readonly seconds: number;
}

/** Reports of the worker. */
export type StormReport =
  | { readonly kind: 'gathered' | 'over' }
  | { readonly kind: 'delivered'; readonly messages: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly message: string };
