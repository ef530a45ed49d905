import type { ConnectionState } from '../connection-state';
import type { TwinlaneError } from '../error';
import type { Position, Presence } from '../protocol';

/** Types of the client that its other files do not declare yet. Replaced by those of `../index`. */

export interface Message<Data = unknown> extends Position {
  topic: string;
  id: string;
  data: Data;
  publishedAt: string;
}

export interface SubscribeOptions {
  after?: Position | undefined;
  last?: number | undefined;
  signal?: AbortSignal | undefined;
  load?: ((at: Position, why: 'start' | 'gap', signal: AbortSignal) => Promise<void>) | undefined;
}

export interface Subscription {
  readonly topic: string;
  readonly state: 'pending' | 'loading' | 'resuming' | 'live' | 'refused' | 'ended';
  readonly position: Position | undefined;
  readonly error: TwinlaneError | undefined;
  readonly ready: Promise<Position>;
  readonly unsubscribe: () => void;
}

export interface TwinlaneClient<Topics extends object = Record<string, unknown>> {
  get connection(): ConnectionState;
  on(event: 'connection', listener: (state: ConnectionState) => void): () => void;
  on(event: 'subscription', listener: (subscription: Subscription) => void): () => void;
  subscribe<K extends keyof Topics & string>(
    topic: K,
    handler: (message: Message<Topics[K]>) => void,
    options?: SubscribeOptions,
  ): Subscription;
  presence(topic: keyof Topics & string): Promise<Presence>;
}
