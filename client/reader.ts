import type { Message, Position } from '../lambda/realtime/protocol';
import { TwinlaneError } from './error';
import { guarded } from './events';
import type { Http } from './http';
import { Sequence } from './sequence';
import type { Settings } from './settings';

/** What a reader tells. */
export interface ReaderOwner {
  message(message: Message): void;
  /** @param recovered false if something before the position was missed; true when all since an interruption was read. */
  recovered(recovered: boolean, position: Position): void;
  refused(error: TwinlaneError): void;
}

/**
 * `lost` from when the connection breaks, `resuming` from when there is another until all that was missed is read. Only
 * while resuming nothing is gained by waiting: nobody will push what is missing.
 */
type Phase = 'live' | 'lost' | 'resuming';

/** One handler's way through a topic: each message once, in order, from where it began. */
export class Reader {
  /** Resolves when the topic is subscribed to for the first time. */
  readonly ready: Promise<void>;
  private begin: () => void = () => undefined;
  private readonly sequence: Sequence;
  private phase: Phase = 'lost';
  private active = true;
  private timer: unknown;
  private reading = false;

  /** @param after the last message that was handled; without it, it begins where the topic stands. */
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

  /** Of the last message that was handled. */
  get position(): Position | undefined {
    return this.sequence.position;
  }

  push(message: Message): void {
    this.sequence.push(message);
    this.proceed();
  }

  /** The server said where the topic stands, as it was subscribed to or in a pong. */
  stands(position: Position, subscribed: boolean): void {
    if (subscribed && this.phase === 'lost') {
      this.phase = this.position ? 'resuming' : 'live';
    }
    this.sequence.stands(position);
    this.begin();
    this.proceed();
  }

  /** The connection broke. */
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

  /** Reads history, page by page, for as long as something is missing. */
  private async read(): Promise<void> {
    this.reading = true;
    try {
      for (let wait = this.phase !== 'resuming'; this.active && this.sequence.behind;) {
        if (wait) {
          await this.moment();
          wait = false;
        } else {
          wait = !(await this.page());
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

  /** @returns whether it brought something. */
  private async page(): Promise<boolean> {
    const asked = this.position as Position;
    const page = await this.http.history(this.topic, asked.sequence);
    if (!this.sequence.read(asked, page)) {
      this.resumed(false);
    }
    this.handle();
    return this.position !== asked;
  }

  private moment(): Promise<void> {
    const { clock, gapWithin } = this.settings;
    return new Promise((resolve) => {
      this.timer = clock.setTimeout(resolve, gapWithin * (0.1 + 0.9 * clock.random()));
    });
  }
}
