import { backoffDelay } from './backoff';
import { TwinlaneError } from './error';
import { guarded } from './events';
import type { Http } from './http';
import { Lag, MAX_WAIT } from './lag';
import type { Settings } from './options';
import type { Message as AnyMessage, Position } from './protocol';
import { Sequence } from './sequence';
import { onAbort, pause } from './signals';
import type { Message, SubscribeOptions, Subscription, SubscriptionState } from './subscription';

/** Callbacks of a reader. */
export interface ReaderOwner {
  message(message: Message): void;
  /** Messages that were read from history, which other readers of the topic may need, too. */
  read(messages: readonly AnyMessage[]): void;
  /** @param recovered false if messages before the position were lost; true when all since an interruption were handled. */
  recovered(recovered: boolean, position: Position): void;
  /** Called when the state changes. */
  changed(): void;
  failed(error: TwinlaneError): void;
}

/** `lost` while there is no connection, then `resuming` until all missed messages are read, then `live`. */
type Phase = 'live' | 'lost' | 'resuming';

/** Errors after which a read of history can succeed, perhaps with another token. */
const TEMPORARY = /^(unav|rate|internal|unau|token|signed)/;

/** Delivers a topic's messages to one handler: each once, in order, from its first position on. */
export class Reader implements Subscription {
  readonly topic: string;
  readonly ready: Promise<Position>;
  state: SubscriptionState = 'pending';
  error: TwinlaneError | undefined;
  readonly unsubscribe = (): void =>
    this.end('ended', new TwinlaneError('ended', 'The subscription has ended', { topic: this.topic }));
  readonly #settings: Settings;
  readonly #http: Http;
  readonly #owner: ReaderOwner;
  readonly #sequence: Sequence;
  readonly #lag: Lag;
  readonly #load: SubscribeOptions['load'];
  readonly #ended = new AbortController();
  #off: () => void = () => undefined;
  #begin: (position: Position) => void = () => undefined;
  #refuse: (error: TwinlaneError) => void = () => undefined;
  #phase: Phase = 'lost';
  #begun = false;
  #loading = false;
  #timer: unknown;
  #wake: () => void = () => undefined;
  #reading = false;
  /** True if history is read without waiting for late pushes: what was published during an interruption is not pushed. */
  #urgent = false;
  /** Time since which the next message is missing, in milliseconds of the client's clock. */
  #missingSince = 0;

  constructor(topic: string, options: SubscribeOptions, settings: Settings, http: Http, owner: ReaderOwner) {
    const { after, last, load } = options;
    if (after && last !== undefined) {
      throw new TypeError('Only one of after and last must be set. Fix: remove one.');
    }
    this.topic = topic;
    this.#settings = settings;
    this.#http = http;
    this.#owner = owner;
    this.#load = load;
    this.#sequence = new Sequence(after, last);
    this.#lag = new Lag(settings.clock);
    this.ready = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#refuse = reject;
    });
    this.ready.catch(() => undefined);
  }

  /** Ends the subscription when a signal is aborted. */
  until(signal: AbortSignal | undefined): void {
    this.#off = onAbort(signal, this.unsubscribe);
  }

  get position(): Position | undefined {
    return this.#sequence.position;
  }

  /** True until the subscription is refused or ended. */
  get active(): boolean {
    return !this.#ended.signal.aborted;
  }

  push(message: AnyMessage): void {
    // A duplicate can be late by any time, and no later message waits for it.
    if (!this.position || message.sequence > this.position.sequence) {
      this.#lag.observe(message.publishedAt);
    }
    this.take([message]);
  }

  /** Takes in messages without regard to the time of their arrival. */
  take(messages: readonly AnyMessage[]): void {
    for (const message of messages) {
      this.#sequence.push(message);
    }
    this.#proceed();
  }

  /** Takes in the topic's head, from a `subscribed` frame or from a `pong`. */
  reportHead(position: Position, subscribed: boolean): void {
    if (!subscribed && !this.#begun) {
      return;
    }
    const fresh = !this.position;
    this.#sequence.reportHead(position, subscribed);
    if (subscribed && this.#phase === 'lost') {
      this.#phase = fresh && !this.#sequence.behind ? 'live' : 'resuming';
      this.#urgent = this.#phase === 'resuming';
      this.#settings.clock.clearTimeout(this.#timer);
      this.#wake();
    }
    if (!this.#begun) {
      this.#begun = true;
      void this.#reload('start');
    }
    this.#proceed();
  }

  /** Reacts to a lost connection. */
  interrupt(): void {
    this.#phase = 'lost';
    this.#update();
  }

  /** Ends the subscription, unless it has ended. */
  end(state: 'refused' | 'ended', error: TwinlaneError): void {
    if (this.active) {
      this.#ended.abort();
      this.#off();
      this.#settings.clock.clearTimeout(this.#timer);
      this.#wake();
      this.state = state;
      this.error = state === 'refused' ? error : undefined;
      this.#refuse(error);
      this.#owner.changed();
    }
  }

  #update(): void {
    const state = this.#loading ? 'loading' : this.#phase === 'live' ? 'live' : this.#begun ? 'resuming' : 'pending';
    if (this.active && state !== this.state) {
      this.state = state;
      if (state === 'live') {
        this.#begin(this.position as Position);
      }
      this.#owner.changed();
    }
  }

  #proceed(): void {
    if (!this.#loading) {
      this.#handle();
      if (!this.#sequence.behind) {
        this.#resumed(true);
      } else if (!this.#reading) {
        void this.#read();
      }
    }
    this.#update();
  }

  #handle(): void {
    while (this.active && !this.#loading) {
      const message = this.#sequence.next();
      if (!message) {
        return;
      }
      guarded(() => this.#owner.message(message));
      this.#sequence.handled(message);
      this.#missingSince = this.#settings.clock.now();
    }
  }

  #resumed(recovered: boolean): void {
    if (this.active && this.position && (this.#phase === 'resuming' || !recovered)) {
      this.#urgent = false;
      this.#phase = this.#phase === 'resuming' ? 'live' : this.#phase;
      this.#owner.recovered(recovered, this.position);
      if (!recovered) {
        void this.#reload('gap');
      }
      this.#update();
    }
  }

  /** Calls `load` until it resolves. Messages wait meanwhile. */
  async #reload(why: 'start' | 'gap'): Promise<void> {
    const { signal } = this.#ended;
    const { clock, retry } = this.#settings;
    if (!this.#load) {
      return;
    }
    this.#loading = true;
    this.#update();
    for (let attempt = 1; this.#loading && this.active; attempt += 1) {
      try {
        await this.#load(this.position as Position, why, signal);
        this.#loading = false;
      } catch (cause) {
        if (this.active) {
          this.error = new TwinlaneError('unavailable', 'load() failed: see cause', { topic: this.topic, cause });
          this.#owner.failed(this.error);
          this.#owner.changed();
          await pause(clock, backoffDelay(attempt, retry, clock.random()), signal);
        }
      }
    }
    if (this.active) {
      this.error = undefined;
      this.#proceed();
    }
  }

  /** Reads history page by page until nothing is missing. */
  async #read(): Promise<void> {
    this.#reading = true;
    try {
      for (let more = false; this.#needsHistory;) {
        if (more || (await this.#stays())) {
          more = await this.#readPage();
        }
      }
    } catch (error) {
      if (!TwinlaneError.is(error)) {
        throw error;
      }
      if (this.active) {
        this.#owner.failed(error);
        if (!TEMPORARY.test(error.code)) {
          this.end('refused', error);
        }
      }
      return;
    } finally {
      this.#reading = false;
    }
    if (!this.#loading) {
      this.#resumed(true);
    }
  }

  get #needsHistory(): boolean {
    return this.active && !this.#loading && this.#sequence.behind;
  }

  /** @returns true if there are further pages. */
  async #readPage(): Promise<boolean> {
    const from = this.position as Position;
    this.#urgent = false;
    const page = await this.#http.page(this.topic, from.sequence);
    if (!this.#sequence.read(from, page)) {
      this.#resumed(false);
    }
    this.#handle();
    this.#owner.read(page.messages.map((message) => ({ topic: this.topic, ...message })));
    const { epoch, sequence } = this.position as Position;
    const complete = epoch === page.epoch && sequence >= page.sequence;
    if (complete) {
      // Only pushes can be missing now, and those are pushed.
      this.#resumed(true);
    }
    return this.position !== from && !complete;
  }

  /**
   * Waits for late pushes: for a random part of `gapWithin`, or two to three times as long as pushes have been late. The
   * time starts again with each message that is handled, because the next missing message is another one.
   *
   * @returns false if nothing is missing any more.
   */
  async #stays(): Promise<boolean> {
    const { clock, gapWithin } = this.#settings;
    const chance = clock.random();
    this.#missingSince = clock.now();
    while (this.#needsHistory && !this.#urgent) {
      const wait = Math.max(gapWithin * (0.1 + 0.9 * chance), Math.min(MAX_WAIT, this.#lag.spread * (2 + chance)));
      const left = Math.ceil(this.#missingSince + wait - clock.now());
      if (left <= 0) {
        return true;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#timer = clock.setTimeout(resolve, left);
      });
    }
    return this.#needsHistory;
  }
}
