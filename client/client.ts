import type { Json, Message, Position } from '../lambda/realtime/protocol';
import { Connector, type State } from './connector';
import type { TwinlaneError } from './error';
import { Emitter } from './events';
import { Http, type Published } from './http';
import { Reader } from './reader';
import type { History } from './sequence';
import { type ClientOptions, type Settings, withDefaults } from './settings';

/** What a browser has and Node.js has not. */
const environment = globalThis as {
  addEventListener?: (type: 'online', listener: () => void) => void;
  removeEventListener?: (type: 'online', listener: () => void) => void;
  document?: { head: { append(link: object): void }; createElement(name: 'link'): object };
};

/** What a client tells. */
export interface ClientEvents {
  /** {@link TwinlaneClient.state} has changed. */
  state: State;
  /**
   * Of a topic that was interrupted, or subscribed to `after` a position: all that was missed has been handled. If
   * `recovered` is false something is no longer there: reload what the topic is about; it goes on after the position.
   */
  recovered: Position & { topic: string; recovered: boolean };
  /** A subscription, its history or a ticket was refused for good. Without a listener it is written to the console. */
  error: TwinlaneError;
}

/** A handler of a topic's messages. */
export interface Subscription {
  readonly topic: string;
  /** Of the last message that was handled, to go on from on another page; undefined until it is known where the topic stands. */
  readonly position: Position | undefined;
  /**
   * Resolves when it has begun: everything later reaches the handler, so load what the topic is about now. Stays pending if
   * it is refused, which `error` tells, or ended before.
   */
  readonly ready: Promise<void>;
  /** Ends it. May be passed on without the subscription. */
  readonly unsubscribe: () => void;
}

export interface SubscribeOptions {
  /** The last message that was handled; `{ epoch: '', sequence: 0 }` is before the first. @default where the topic stands */
  after?: Position;
  /** Ends the subscription. */
  signal?: AbortSignal;
}

export interface PublishOptions {
  /** Makes it safe to publish once more: 1 to 64 letters, digits, `_` and `-`. @default a new one, the same for all repeats */
  id?: string;
  /** Gives up: it may have been published. */
  signal?: AbortSignal;
}

/**
 * A client of both lanes: publishes over HTTP, listens on the socket. A handler gets each message of its topic once, in
 * order; when that cannot be, `recovered` says so. docs/client.md shows how to use it.
 */
export class TwinlaneClient {
  private readonly settings: Settings;
  private readonly http: Http;
  private readonly connector: Connector;
  private readonly events = new Emitter<ClientEvents>();
  private readonly readers = new Map<string, Set<Reader>>();
  private readonly hurry = () => this.connector.hurry();

  /**
   * Opens no socket: the first subscription does, and it stays until {@link close}. Throws a `TypeError` if a URL is none.
   */
  constructor(options: ClientOptions) {
    this.settings = withDefaults(options);
    this.http = new Http(this.settings);
    this.connector = new Connector(this.settings, this.http, {
      topics: () => this.readers,
      state: (state) => this.entered(state),
      message: (message) => this.each(message.topic, (reader) => reader.push(message)),
      position: (topic, position, subscribed) => this.each(topic, (reader) => reader.stands(position, subscribed)),
      refused: (error) => this.refused(error),
    });
    environment.addEventListener?.('online', this.hurry);
    preconnect(this.settings.api);
  }

  /** For `useSyncExternalStore` and its like: `(changed) => client.on('state', changed), () => client.state`. */
  get state(): State {
    return this.connector.state;
  }

  /** @returns ends it */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    return this.events.on(name, listener);
  }

  /** Handles what is published from now on, or after a position. A topic may have several handlers. */
  subscribe(topic: string, handler: (message: Message) => void, options: SubscribeOptions = {}): Subscription {
    const { after, signal } = options;
    const reader = new Reader(topic, after, this.settings, this.http, {
      message: handler,
      recovered: (recovered, position) => this.events.emit('recovered', { topic, recovered, ...position }),
      refused: (error) => this.refused(error),
    });
    const unsubscribe = () => this.remove(reader);
    if (this.state === 'closed') {
      throw new Error('The client is closed: make another');
    }
    if (!signal?.aborted) {
      signal?.addEventListener('abort', unsubscribe, { once: true });
      this.add(reader);
    }
    return {
      topic,
      ready: reader.ready,
      get position() {
        return reader.position;
      },
      unsubscribe,
    };
  }

  /**
   * Publishes. What may succeed later is repeated for as long as `publishWithin`; it is published once.
   *
   * @returns where the message stands; rejects with a {@link TwinlaneError}, or as `signal` says
   */
  async publish(
    topic: string,
    data: Json,
    { id = this.settings.newId(), signal }: PublishOptions = {},
  ): Promise<Published> {
    return this.http.publish(topic, data, id, signal);
  }

  /**
   * Reads what followed a sequence, at most 100 messages. `recovered` is false if something in between is no longer there.
   *
   * @returns rejects with a {@link TwinlaneError}
   */
  history(topic: string, after = 0): Promise<History> {
    return this.http.history(topic, after);
  }

  /**
   * Takes from the first publish to a topic what makes it slower than the second: the connection and the preflight. For a
   * page that will publish. Never rejects.
   */
  warm(topic: string): Promise<void> {
    return this.http.warm(topic);
  }

  /** Ends the connection, every subscription and every request that is under way; nothing can be begun again. */
  close(): void {
    environment.removeEventListener?.('online', this.hurry);
    this.http.close();
    for (const readers of this.readers.values()) {
      for (const reader of readers) {
        reader.stop();
      }
    }
    this.readers.clear();
    this.connector.close();
  }

  private add(reader: Reader): void {
    const readers = this.readers.get(reader.topic) ?? new Set();
    this.readers.set(reader.topic, readers.add(reader));
    this.connector.subscribe(reader.topic);
  }

  private remove(reader: Reader): void {
    const readers = this.readers.get(reader.topic);
    reader.stop();
    if (readers?.delete(reader) && readers.size === 0) {
      this.readers.delete(reader.topic);
      this.connector.unsubscribe(reader.topic);
    }
  }

  private each(topic: string, run: (reader: Reader) => void): void {
    for (const reader of [...(this.readers.get(topic) ?? [])]) {
      run(reader);
    }
  }

  private entered(state: State): void {
    if (state === 'connecting') {
      for (const topic of this.readers.keys()) {
        this.each(topic, (reader) => reader.interrupt());
      }
    }
    this.events.emit('state', state);
  }

  private refused(error: TwinlaneError): void {
    if (!this.events.emit('error', error)) {
      console.error(error);
    }
  }
}

/** Opens a connection before there is a request, in the pool of requests without credentials, as these are. */
function preconnect(href: string): void {
  const { document } = environment;
  if (document) {
    document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', crossOrigin: '', href }));
  }
}
