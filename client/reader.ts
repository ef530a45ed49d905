import type { Message, Position } from '../lambda/realtime/protocol';
import { TwinlaneError } from './error';
import { guarded } from './events';
import type { Http } from './http';
import { Sequence } from './sequence';
import type { Settings } from './settings';

/** Callbacks of a reader. */
export interface ReaderOwner {
  message(message: Message): void;
  /** @param recovered false if messages before the position were lost; true when all since an interruption were handled. */
  recovered(recovered: boolean, position: Position): void;
  refused(error: TwinlaneError): void;
}

/**
 * `lost` while there is no connection, then `resuming` until all missed messages are read, then `live`. While resuming,
 * history is read without a delay, because what was published during the interruption is not pushed.
 */
type Phase = 'live' | 'lost' | 'resuming';

/** Delivers a topic's messages to one handler: each once, in order, from its first position on. */
export class Reader {
  /** Resolves when the topic is subscribed for the first time. */
  readonly ready: Promise<void>;
  private begin: () => void = () => undefined;
  private readonly sequence: Sequence;
  private phase: Phase = 'lost';
  private active = true;
  private timer: unknown;
  private reading = false;

  /** @param after position of the last handled message; without it, the reader starts at the topic's head. */
  constructor(
    readonly topic: string,
    after: Position | undefined,
    private readonly settings: Settings,
    private readonly http: Http,
    private readonly owner: ReaderOwner,
  ) {
    this.sequence = new Sequence(after);
    this.ready = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  /** Position of the last handled message. */
  get position(): Position | undefined {
    return this.sequence.position;
  }

  push(message: Message): void {
    this.sequence.push(message);
    this.proceed();
  }

  /** Takes in the topic's head, from a `subscribed` frame or from a `pong`. */
  reportHead(position: Position, subscribed: boolean): void {
    if (subscribed && this.phase === 'lost') {
      this.phase = this.position ? 'resuming' : 'live';
    }
    this.sequence.reportHead(position);
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
    }
  }

  private resumed(recovered: boolean): void {
    if (this.active && this.position && (this.phase === 'resuming' || !recovered)) {
      this.phase = this.phase === 'resuming' ? 'live' : this.phase;
      this.owner.recovered(recovered, this.position);
    }
  }

  /** Reads history page by page until nothing is missing. */
  private async read(): Promise<void> {
    this.reading = true;
    try {
      for (let wait = this.phase !== 'resuming'; this.active && this.sequence.behind;) {
        if (wait) {
          await this.delay();
          wait = false;
        } else {
          wait = !(await this.readPage());
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

  /** @returns false if the page did not change the position. */
  private async readPage(): Promise<boolean> {
    const from = this.position as Position;
    const page = await this.http.history(this.topic, from.sequence);
    if (!this.sequence.read(from, page)) {
      this.resumed(false);
    }
    this.handle();
    return this.position !== from;
  }

  private delay(): Promise<void> {
    const { clock, gapWithin } = this.settings;
    return new Promise((resolve) => {
      this.timer = clock.setTimeout(resolve, gapWithin * (0.1 + 0.9 * clock.random()));
    });
  }
}
