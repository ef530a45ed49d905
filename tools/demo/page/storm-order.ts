/** Request to the worker to open WebSockets. The worker reports `opened`. */
export interface StormOrder {
  readonly http: string;
  readonly websocket: string;
  readonly topic: string;
  readonly sockets: number;
  /** Tokens that the WebSockets use in turn; empty if authentication is disabled. */
  readonly tokens: readonly string[];
}

/** Request to the worker to send messages. The worker reports `finished`. */
export interface Bounds {
  readonly topic: string;
  /** Maximum rate. */
  readonly messagesPerSecond: number;
  readonly seconds: number;
}

/** Reports of the worker. */
export type StormReport =
  | { readonly kind: 'opened' | 'finished' }
  | { readonly kind: 'delivered'; readonly messages: number }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'failed'; readonly message: string };
