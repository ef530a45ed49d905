import type { Message, Position } from './protocol';
import { TwinlaneError } from './error';
import { guarded } from './events';
import type { Http } from './http';
import { Lag, MAX_WAIT } from './lag';
import { Sequence } from './sequence';
import type { Settings } from './options';

/** Callbacks of a reader. */
export interface ReaderOwner {
  message(message: Message): void;
  /** Messages that were read from history, which other readers of the topic may need, too. */
  read(messages: readonly Message[]): void;
  /** @param recovered false if messages before the position were lost; true when all since an interruption were handled. */
  recovered(recovered: boolean, position: Position): void;
  refused(error: TwinlaneError): void;
}

/** `lost` while there is no connection, then `resuming` until all missed messages are read, then `live`. */
type Phase = 'live' | 'lost' | 'resuming';

/** Delivers a topic's messages to one handler: each once, in order, from its first position on. */
export class Reader {
  /** Resolves when the topic is subscribed for the first time. */
  readonly ready: Promise<void>;
  private begin: () => void = () => undefined;
  private readonly sequence: Sequence;
  private readonly lag: Lag;
  private phase: Phase = 'lost';
  private active = true;
  private timer: unknown;
  private wake: () => void = () => undefined;
  private reading = false;
  /** True if history is read without waiting for late pushes: what was published during an interruption is not pushed. */
  private urgent = false;
  /** Time since which the next message is missing, in milliseconds since 1970. */
  private missingSince = 0;

  /** @param after position of the last handled message; without it, the reader starts at the topic's head. */
  constructor(
    readonly topic: string,
    after: Position | undefined,
    private readonly settings: Settings,
    private readonly http: Http,
    private readonly owner: ReaderOwner,
  ) {
    this.sequence = new Sequence(after);
    this.lag = new Lag(settings.clock);
    this.ready = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  /** Position of the last handled message. */
  get position(): Position | undefined {
    return this.sequence.position;
  }

  push(message: Message): void {
    // A duplicate can be late by any time, and no later message waits for it.
    if (!this.position || message.sequence > this.position.sequence) {
      this.lag.observe(message.publishedAt);
    }
    this.take([message]);
  }

  /** Takes in messages without regard to the time of their arrival. */
  take(messages: readonly Message[]): void {
    for (const message of messages) {
      this.sequence.push(message);
    }
    this.proceed();
  }

  /** Takes in the topic's head, from a `subscribed` frame or from a `pong`. */
  reportHead(position: Position, subscribed: boolean): void {
    if (subscribed && this.phase === 'lost') {
      this.phase = this.position ? 'resuming' : 'live';
      this.urgent = this.phase === 'resuming';
      this.settings.clock.clearTimeout(this.timer);
      this.wake();
    }
    this.sequence.reportHead(position, subscribed);
    this.begin();
    this.proceed();
  }

  /** Reacts to a lost connection. */
  interrupt(): void {
    this.phase = 'lost';
  }

  stop(): void {
    this.active = false;
    this.settings.clock.clearTimeout(this.timer);
  }

  private proceed(): void {
    this.handle();
    if (!this.sequence.behind) {
      this.resumed(true);
    } else if (!this.reading) {
      void this.read();
    }
  }

  private handle(): void {
    while (this.active) {
      const message = this.sequence.next();
      if (!message) {
        return;
      }
      guarded(() => this.owner.message(message));
      this.sequence.handled(message);
      this.missingSince = this.settings.clock.now();
    }
  }

  private resumed(recovered: boolean): void {
    if (this.active && this.position && (this.phase === 'resuming' || !recovered)) {
      this.urgent = false;
      this.phase = this.phase === 'resuming' ? 'live' : this.phase;
      this.owner.recovered(recovered, this.position);
    }
  }

  /** Reads history page by page until nothing is missing. */
  private async read(): Promise<void> {
    this.reading = true;
    try {
      for (let more = false; this.active && this.sequence.behind;) {
        if (more || (await this.stays())) {
          more = await this.readPage();
        }
      }
    } catch (error) {
      if (!this.active) {
        return;
      }
      if (!(error instanceof TwinlaneError)) {
        throw error;
      }
      this.owner.refused(error);
      return;
    } finally {
      this.reading = false;
    }
    this.resumed(true);
  }

  /** @returns true if there are further pages. */
  private async readPage(): Promise<boolean> {
    const from = this.position as Position;
    this.urgent = false;
    const page = await this.http.history(this.topic, from.sequence);
    if (!this.sequence.read(from, page)) {
      this.resumed(false);
    }
    this.handle();
    this.owner.read(page.messages.map((message) => ({ topic: this.topic, ...message })));
    const { epoch, sequence } = this.position as Position;
    const complete = epoch === page.epoch && sequence >= page.sequence;
    if (complete) {
      // Only pushes can be missing now, and those are pushed.
      this.resumed(true);
    }
    return this.position !== from && !complete;
  }

  /**
   * Waits for late pushes: for a random part of `gapWithin`, or two to three times as long as pushes have been late. The
   * time starts again with each message that is handled, because the next missing message is another one.
   *
   * @returns false if nothing is missing any more.
   */
  private async stays(): Promise<boolean> {
    const { clock, gapWithin } = this.settings;
    const chance = clock.random();
    this.missingSince = clock.now();
    while (this.active && this.sequence.behind && !this.urgent) {
      const wait = Math.max(gapWithin * (0.1 + 0.9 * chance), Math.min(MAX_WAIT, this.lag.spread * (2 + chance)));
      const left = Math.ceil(this.missingSince + wait - clock.now());
      if (left <= 0) {
        return true;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        this.timer = clock.setTimeout(resolve, left);
      });
    }
    return this.active && this.sequence.behind;
  }
}
