import type { ConnectionState } from './connection-state';
import { type Connector, connector } from './connector';
import { TwinlaneError } from './error';
import { Emitter } from './events';
import { endedBy, type Http, httpLane, type Published } from './http';
import { type ClientOptions, type Settings, withDefaults } from './options';
import type { Position, Presence } from './protocol';
import { type Reader, readTopic } from './reader';
import { checkStart } from './sequence';
import type { Message, SubscribeOptions, Subscription } from './subscription';

/** Browser globals that Node.js does not have. */
const environment = globalThis as {
  document?: { head?: { append(link: object): void }; createElement(name: 'link'): object };
};

/** Events that a client emits. */
export interface ClientEvents {
  /** {@link TwinlaneClient.connection} changed. */
  connection: ConnectionState;
  /** The state of a subscription changed. */
  subscription: Subscription;
  /**
   * Emitted for a topic after an interruption, or after a subscription with the option `after` or `last`. `recovered: true`: the
   * handler has received all missed messages. `recovered: false`: messages were lost. Reload the topic's state; the
   * subscription continues after the position.
   */
  recovered: Position & { topic: string; recovered: boolean };
  /** A subscription, a read of history, a `load` or a ticket failed. Logged to the console if there is no listener. */
  error: TwinlaneError;
}

export interface PublishOptions {
  /** Makes publishing idempotent: 1 to 64 letters, digits, `_` and `-`. @default a new id, the same for all retries */
  id?: string | undefined;
  /** Stops the retries. The message can have been published before. */
  signal?: AbortSignal | undefined;
}

/** Part of a topic's history. `after` and `last` exclude each other. */
export interface HistoryOptions {
  /** Position before the first message. If messages after it are no longer kept, `not_kept` is thrown. @default the oldest kept */
  after?: Position | undefined;
  /** Number of messages before the topic's head, as far as they are kept. @default all */
  last?: number | undefined;
}

/**
 * Client of both lanes: publishes over HTTP and receives messages over the WebSocket. A handler gets each message of its
 * topic once, in order. If that is impossible, the event `recovered` reports it. docs/client.md shows how to use it.
 *
 * @typeParam Topics type of the data by topic. Keys can be templates, such as `room:${string}`.
 */
export class TwinlaneClient<Topics extends object = Record<string, unknown>> {
  readonly #settings: Settings;
  readonly #http: Http;
  readonly #connector: Connector;
  readonly #events = new Emitter<ClientEvents>();
  readonly #readers = new Set<Reader>();
  #closed = false;

  /**
   * Does not connect yet. The first subscription opens the socket, which stays open until {@link close}. Throws a
   * `TypeError` that lists all invalid options.
   */
  constructor(options: ClientOptions) {
    this.#settings = withDefaults(options);
    this.#http = httpLane(this.#settings);
    this.#connector = connector(this.#settings, this.#http, {
      topics: () => new Set([...this.#readers].map(({ topic }) => topic)),
      changed: (state) => this.#changed(state),
      message: (message) => this.#each(message.topic, (reader) => reader.push(message)),
      head: (topic, position, subscribed) => this.#each(topic, (reader) => reader.reportHead(position, subscribed)),
      refused: (error) => {
        // Without a usable WebSocket no subscription works.
        const { topic } = error;
        const unsupported = this.connection.reason === 'unsupported';
        const refused = [...this.#readers].filter((reader) => unsupported || reader.topic === topic);
        refused.forEach((reader) => reader.end('refused', error));
        this.#failed(error);
      },
    });
    preconnect(this.#settings.httpUrl);
  }

  /**
   * State of the connection. For `useSyncExternalStore`: `(changed) => client.on('connection', changed), () =>
   * client.connection`.
   */
  get connection(): ConnectionState {
    return this.#connector.state;
  }

  /** Adds a listener. @returns a function that removes it */
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Calls `handler` for each message published from now on, or after a position. A topic can have several handlers. Throws a
   * {@link TwinlaneError} if the client is closed, and a `TypeError` for an invalid `after` or `last`.
   */
  subscribe<K extends keyof Topics & string>(
    topic: K,
    handler: (message: Message<Topics[K]>) => void,
    options: SubscribeOptions = {},
  ): Subscription {
    if (this.#closed) {
      throw endedBy('closed');
    }
    const reader: Reader = readTopic(topic, options, this.#settings, this.#http, {
      message: handler as (message: Message) => void,
      read: (messages) => this.#each(topic, (other) => other !== reader && other.take(messages)),
      recovered: (recovered, position) => this.#events.emit('recovered', { topic, recovered, ...position }),
      changed: () => this.#changedReader(reader),
      failed: (error) => this.#failed(error),
    });
    reader.until(options.signal);
    if (reader.active) {
      this.#readers.add(reader);
      this.#connector.subscribe(topic);
      const { reason, error } = this.connection;
      if (reason === 'unsupported' && error) {
        reader.end('refused', error);
      }
    }
    return reader;
  }

  /**
   * Publishes a message once. Retries temporary failures for up to `publishWithin`.
   *
   * @returns the message's position; rejects with a {@link TwinlaneError}, or with the reason of `signal`
   */
  async publish<K extends keyof Topics & string>(
    topic: K,
    data: Topics[K] | { toJSON(): Topics[K] },
    { id = this.#settings.newId(), signal }: PublishOptions = {},
  ): Promise<Published> {
    const published = await this.#http.publish(topic, data, id, signal);
    if (this.connection.reason === 'token') {
      this.#connector.start();
    }
    return published;
  }

  /**
   * Reads messages from the log, up to the topic's head when the first page is read. Reads the next page when it is needed.
   * Throws a {@link TwinlaneError} during the iteration, and a `TypeError` at once for invalid options.
   */
  history<K extends keyof Topics & string>(
    topic: K,
    { after, last }: HistoryOptions = {},
  ): AsyncGenerator<Message<Topics[K]>, void, undefined> {
    checkStart(after, last);
    return this.#history(topic, after, last);
  }

  async *#history<K extends keyof Topics & string>(
    topic: K,
    after: Position | undefined,
    last: number | undefined,
  ): AsyncGenerator<Message<Topics[K]>, void, undefined> {
    let { epoch, sequence } = after ?? { epoch: '', sequence: 0 };
    if (last !== undefined) {
      const head = await this.#http.page(topic, Number.MAX_SAFE_INTEGER);
      sequence = Math.max(0, head.sequence - last);
    }
    let exact = after !== undefined;
    for (let end = Number.POSITIVE_INFINITY; sequence < end;) {
      const page = await this.#http.page(topic, sequence);
      if (exact && (!page.recovered || (epoch && epoch !== page.epoch))) {
        throw new TwinlaneError('not_kept', `Messages of ${topic} after ${sequence} are no longer kept`, { topic });
      }
      end = Math.min(end, page.sequence);
      for (const message of page.messages) {
        if (sequence < end) {
          ({ sequence } = message);
          yield { topic, ...message } as unknown as Message<Topics[K]>;
        }
      }
      if (page.messages.length === 0) {
        return;
      }
      exact = true;
      ({ epoch } = page);
    }
  }

  /** Number of connections that are subscribed to a topic. Rejects with a {@link TwinlaneError}. */
  presence(topic: keyof Topics & string): Promise<Presence> {
    return this.#connector.presence(topic);
  }

  /**
   * Opens the connection and sends the CORS preflight before the first publish to a topic, so that it is as fast as the
   * second. For a page that is going to publish. Never rejects.
   */
  warm(topic: keyof Topics & string): Promise<void> {
    return this.#http.warm(topic);
  }

  /** Checks the connection now: for React Native's `AppState`, and after anything that the client cannot notice. */
  wake(): void {
    this.#connector.wake();
  }

  /**
   * Forgets the token, ends every subscription, aborts every request and closes the connection. The client can be used again,
   * with the token that `token()` then returns.
   */
  signOut(): void {
    this.#end('signed_out');
  }

  /** Closes the connection, ends every subscription and aborts every request. A closed client cannot be used again. */
  close(): void {
    this.#closed = true;
    this.#end('closed');
  }

  #end(code: 'signed_out' | 'closed'): void {
    const readers = [...this.#readers];
    this.#readers.clear();
    this.#http.end(code);
    this.#connector.end(this.#closed);
    for (const reader of readers) {
      reader.end('ended', endedBy(code));
    }
  }

  #changedReader(reader: Reader): void {
    if (!reader.active && this.#readers.delete(reader)) {
      this.#connector.unsubscribe();
    }
    this.#events.emit('subscription', reader);
  }

  #each(topic: string | undefined, run: (reader: Reader) => void): void {
    [...this.#readers].filter((reader) => reader.topic === topic).forEach(run);
  }

  #changed(state: ConnectionState): void {
    if (state.status !== 'open') {
      [...this.#readers].forEach((reader) => reader.interrupt());
    }
    this.#events.emit('connection', state);
  }

  #failed(error: TwinlaneError): void {
    if (!this.#events.emit('error', error)) {
      console.error(error);
    }
  }
}

/** Opens a connection before the first request, in the browser's pool for requests without credentials, as the client's are. */
function preconnect(href: string): void {
  const { document } = environment;
  document?.head?.append(Object.assign(document.createElement('link'), { rel: 'preconnect', crossOrigin: '', href }));
}
