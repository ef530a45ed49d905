import type { Json, Message, Position, Presence } from './protocol';
import type { ConnectionState } from './connection-state';
import { Connector } from './connector';
import type { TwinlaneError } from './error';
import { Emitter } from './events';
import { Http, type Published } from './http';
import { Reader } from './reader';
import type { History } from './sequence';
import { type ClientOptions, type Settings, withDefaults } from './options';

/** Browser globals that Node.js does not have. */
const environment = globalThis as {
  document?: { head: { append(link: object): void }; createElement(name: 'link'): object };
};

/** Events that a client emits. */
export interface ClientEvents {
  /** {@link TwinlaneClient.connection} changed. */
  connection: ConnectionState;
  /**
   * Emitted for a topic after an interruption, or after a subscription with the option `after`. `recovered: true`: the
   * handler has received all missed messages. `recovered: false`: messages were lost. Reload the topic's state; the
   * subscription continues after the position.
   */
  recovered: Position & { topic: string; recovered: boolean };
  /** A subscription, a read of history or a ticket was refused permanently. Logged to the console if there is no listener. */
  error: TwinlaneError;
}

/** A subscription of one handler to one topic. */
export interface Subscription {
  readonly topic: string;
  /** Position of the last handled message, to resume from on another page. Undefined until the topic's head is known. */
  readonly position: Position | undefined;
  /**
   * Resolves when the subscription is active: the handler receives every later message, so load the topic's state now.
   * Never resolves if the subscription is refused (see the event `error`) or ends before that.
   */
  readonly ready: Promise<void>;
  /** Ends the subscription. Can be called without its object: `const { unsubscribe } = subscription`. */
  readonly unsubscribe: () => void;
}

export interface SubscribeOptions {
  /** Position of the last handled message; `{ epoch: '', sequence: 0 }` is before the first. @default the topic's head */
  after?: Position;
  /** Ends the subscription. */
  signal?: AbortSignal;
}

export interface PublishOptions {
  /** Makes publishing idempotent: 1 to 64 letters, digits, `_` and `-`. @default a new id, the same for all retries */
  id?: string;
  /** Stops the retries. The message can have been published before. */
  signal?: AbortSignal;
}

/**
 * Client of both lanes: publishes over HTTP and receives messages over the WebSocket. A handler gets each message of its
 * topic once, in order. If that is impossible, the event `recovered` reports it. docs/client.md shows how to use it.
 */
export class TwinlaneClient {
  private readonly settings: Settings;
  private readonly http: Http;
  private readonly connector: Connector;
  private readonly events = new Emitter<ClientEvents>();
  private readonly readers = new Map<string, Set<Reader>>();

  /**
   * Does not connect yet. The first subscription opens the socket, which stays open until {@link close}. Throws a
   * `TypeError` if a URL is invalid.
   */
  constructor(options: ClientOptions) {
    this.settings = withDefaults(options);
    this.http = new Http(this.settings);
    this.connector = new Connector(this.settings, this.http, {
      topics: () => this.readers,
      changed: (state) => this.changed(state),
      message: (message) => this.each(message.topic, (reader) => reader.push(message)),
      head: (topic, position, subscribed) => this.each(topic, (reader) => reader.reportHead(position, subscribed)),
      refused: (error) => this.refused(error),
    });
    preconnect(this.settings.httpUrl);
  }

  /**
   * State of the connection. For `useSyncExternalStore`: `(changed) => client.on('connection', changed), () =>
   * client.connection`.
   */
  get connection(): ConnectionState {
    return this.connector.state;
  }

  /** Adds a listener. @returns a function that removes it */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    return this.events.on(name, listener);
  }

  /** Calls `handler` for each message published from now on, or after a position. A topic can have several handlers. */
  subscribe(topic: string, handler: (message: Message) => void, options: SubscribeOptions = {}): Subscription {
    const { after, signal } = options;
    const reader: Reader = new Reader(topic, after, this.settings, this.http, {
      message: handler,
      read: (messages) => this.each(topic, (other) => other !== reader && other.take(messages)),
      recovered: (recovered, position) => this.events.emit('recovered', { topic, recovered, ...position }),
      refused: (error) => this.refused(error),
    });
    const unsubscribe = () => this.remove(reader);
    if (this.connection.reason === 'closed') {
      throw new Error('The client is closed. Fix: create a new TwinlaneClient.');
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
   * Publishes a message once. Retries temporary failures for up to `publishWithin`.
   *
   * @returns the message's position; rejects with a {@link TwinlaneError}, or with the reason of `signal`
   */
  async publish(
    topic: string,
    data: Json,
    { id = this.settings.newId(), signal }: PublishOptions = {},
  ): Promise<Published> {
    return this.http.publish(topic, data, id, signal);
  }

  /**
   * Reads at most 100 messages after a sequence. `recovered` is false if messages after it are no longer kept.
   *
   * @returns one page; rejects with a {@link TwinlaneError}
   */
  history(topic: string, after = 0): Promise<History> {
    return this.http.history(topic, after);
  }

  /**
   * Opens the connection and sends the CORS preflight before the first publish to a topic, so that it is as fast as the
   * second. For a page that is going to publish. Never rejects.
   */
  warm(topic: string): Promise<void> {
    return this.http.warm(topic);
  }

  /**
   * Number of connections that are subscribed to a topic. Opens the connection if there is none.
   *
   * @returns rejects with a {@link TwinlaneError} if there is no answer within `answerWithin`
   */
  presence(topic: string): Promise<Presence> {
    return this.connector.presence(topic);
  }

  /**
   * Checks the connection now, or reconnects without the rest of a delay. In browsers it happens by itself. Call it when a
   * React Native app becomes active, and after anything else that the client cannot see.
   */
  wake(): void {
    this.connector.wake();
  }

  /** Closes the connection, ends every subscription and aborts every request. A closed client cannot be used again. */
  close(): void {
    this.http.close();
    for (const readers of this.readers.values()) {
      for (const reader of readers) {
        reader.stop();
      }
    }
    this.readers.clear();
    this.connector.end(true);
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
      this.connector.unsubscribe();
    }
  }

  private each(topic: string, run: (reader: Reader) => void): void {
    for (const reader of [...(this.readers.get(topic) ?? [])]) {
      run(reader);
    }
  }

  private changed(state: ConnectionState): void {
    if (state.status !== 'open') {
      for (const topic of this.readers.keys()) {
        this.each(topic, (reader) => reader.interrupt());
      }
    }
    this.events.emit('connection', state);
  }

  private refused(error: TwinlaneError): void {
    if (!this.events.emit('error', error)) {
      console.error(error);
    }
  }
}

/** Opens a connection before the first request, in the browser's pool for requests without credentials, as the client's are. */
function preconnect(href: string): void {
  const { document } = environment;
  if (document) {
    document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', crossOrigin: '', href }));
  }
}
