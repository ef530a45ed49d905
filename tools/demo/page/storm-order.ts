import type { Delivered } from './deliveries';

/** Request to the worker to open WebSockets and to send one message to all. The worker reports `opened`. */
export interface StormOrder {
  readonly http: string;
  readonly websocket: string;
  readonly topic: string;
  readonly sockets: number;
  /** Tokens that the WebSockets use in turn; empty if authentication is disabled. */
  readonly tokens: readonly string[];
}

/** Request to the worker to send messages at a fixed rate. The worker reports `finished`. */
export interface Rate {
  readonly topic: string;
  readonly messagesPerSecond: number;
  readonly seconds: number;
}

/** Reports of the worker. */
export type StormReport =
  | { readonly kind: 'opened' }
  | { readonly kind: 'finished'; readonly delivered: Delivered }
  | { readonly kind: 'failed'; readonly message: string };
