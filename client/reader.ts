import { backoffDelay } from './backoff';
import { after } from './clock';
import { TwinlaneError } from './error';
import { guarded } from './events';
import type { Http } from './http';
import { Lag, MAX_WAIT } from './lag';
import type { Settings } from './options';
import type { Message as AnyMessage, Position } from './protocol';
import { checkStart, Sequence } from './sequence';
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

/** A subscription, and what its owner tells it. */
export interface Reader extends Subscription {
  state: SubscriptionState;
  error: TwinlaneError | undefined;
  /** True until the subscription is refused or ended. */
  readonly active: boolean;
  /** Ends the subscription when a signal is aborted. */
  until(signal: AbortSignal | undefined): void;
  push(message: AnyMessage): void;
  /** Takes in messages without regard to the time of their arrival. */
  take(messages: readonly AnyMessage[]): void;
  /** Takes in the topic's head, from a `subscribed` frame or from a `pong`. */
  reportHead(position: Position, subscribed: boolean): void;
  /** Reacts to a lost connection. */
  interrupt(): void;
  /** Ends the subscription, unless it has ended. */
  end(state: 'refused' | 'ended', error: TwinlaneError): void;
}

/** Delivers a topic's messages to one handler: each once, in order, from its first position on. */
export function readTopic(
  topic: string,
  { after: start, last, load }: SubscribeOptions,
  { clock, retry, gapWithin }: Settings,
  http: Http,
  owner: ReaderOwner,
): Reader {
  checkStart(start, last);
  const sequence = new Sequence(start, last);
  const lag = new Lag(clock);
  const ended = new AbortController();
  let off = (): void => undefined;
  let begin: (position: Position) => void;
  let refuse: (error: TwinlaneError) => void;
  let phase: Phase = 'lost';
  let begun = false;
  let loading = false;
  /** Ends the wait for late pushes. */
  let wake = (): void => undefined;
  let reading = false;
  /** True if history is read without waiting for late pushes: what was published during an interruption is not pushed. */
  let urgent = false;
  /** Time since which the next message is missing, in milliseconds of the client's clock. */
  let missingSince = 0;

  const reader: Reader = {
    topic,
    ready: new Promise((resolve, reject) => {
      begin = resolve;
      refuse = reject;
    }),
    state: 'pending',
    error: undefined,
    unsubscribe: () => reader.end('ended', new TwinlaneError('ended', 'The subscription has ended', { topic })),
    get position() {
      return sequence.position;
    },
    get active() {
      return !ended.signal.aborted;
    },
    until(signal) {
      off = onAbort(signal, reader.unsubscribe);
    },
    push(message) {
      // A duplicate can be late by any time, and no later message waits for it.
      if (!sequence.position || message.sequence > sequence.position.sequence) {
        lag.observe(message.publishedAt);
      }
      reader.take([message]);
    },
    take(messages) {
      for (const message of messages) {
        sequence.push(message);
      }
      proceed();
    },
    reportHead(position, subscribed) {
      if (!subscribed && !begun) {
        return;
      }
      const fresh = !sequence.position;
      sequence.reportHead(position, subscribed);
      if (subscribed && phase === 'lost') {
        phase = fresh && !sequence.behind ? 'live' : 'resuming';
        urgent = phase === 'resuming';
        wake();
      }
      if (!begun) {
        begun = true;
        void reload('start');
      }
      proceed();
    },
    interrupt() {
      phase = 'lost';
      update();
    },
    end(state, error) {
      if (reader.active) {
        ended.abort();
        off();
        wake();
        reader.state = state;
        reader.error = state === 'refused' ? error : undefined;
        refuse(error);
        owner.changed();
      }
    },
  };
  reader.ready.catch(() => undefined);
  return reader;

  function update(): void {
    const state = loading ? 'loading' : phase === 'live' ? 'live' : begun ? 'resuming' : 'pending';
    if (reader.active && state !== reader.state) {
      reader.state = state;
      if (state === 'live') {
        begin(sequence.position as Position);
      }
      owner.changed();
    }
  }

  function proceed(): void {
    if (!loading) {
      handle();
      if (!sequence.behind) {
        resumed(true);
      } else if (!reading) {
        void read();
      }
    }
    update();
  }

  function handle(): void {
    while (reader.active && !loading) {
      const message = sequence.next();
      if (!message) {
        return;
      }
      guarded(() => owner.message(message));
      sequence.handled(message);
      missingSince = clock.now();
    }
  }

  function resumed(recovered: boolean): void {
    if (reader.active && sequence.position && (phase === 'resuming' || !recovered)) {
      urgent = false;
      phase = phase === 'resuming' ? 'live' : phase;
      owner.recovered(recovered, sequence.position);
      if (!recovered) {
        void reload('gap');
      }
      update();
    }
  }

  /** Calls `load` until it resolves. Messages wait meanwhile. */
  async function reload(why: 'start' | 'gap'): Promise<void> {
    if (!load) {
      return;
    }
    loading = true;
    update();
    for (let attempt = 1; loading && reader.active; attempt += 1) {
      try {
        await load(sequence.position as Position, why, ended.signal);
        loading = false;
      } catch (cause) {
        if (reader.active) {
          reader.error = new TwinlaneError('unavailable', 'load() failed: see cause', { topic, cause });
          owner.failed(reader.error);
          owner.changed();
          await pause(clock, backoffDelay(attempt, retry, clock.random()), ended.signal);
        }
      }
    }
    if (reader.active) {
      reader.error = undefined;
      proceed();
    }
  }

  /** Reads history page by page until nothing is missing. After a temporary error, it goes on while there is a connection. */
  async function read(): Promise<void> {
    reading = true;
    let failures = 0;
    try {
      for (let more = false; needsHistory();) {
        try {
          if (more || (await stays())) {
            more = await readPage();
            failures = 0;
          }
        } catch (error) {
          if (!TwinlaneError.is(error)) {
            throw error;
          }
          if (reader.active) {
            owner.failed(error);
            if (!TEMPORARY.test(error.code)) {
              reader.end('refused', error);
            }
          }
          failures += 1;
          await pause(clock, backoffDelay(failures, retry, clock.random()), ended.signal);
          if (phase === 'lost') {
            // The next connection reports the head, and so starts another read.
            return;
          }
        }
      }
    } finally {
      reading = false;
    }
    if (!loading) {
      resumed(true);
    }
  }

  function needsHistory(): boolean {
    return reader.active && !loading && sequence.behind;
  }

  /** @returns true if there are further pages. */
  async function readPage(): Promise<boolean> {
    const from = sequence.position as Position;
    urgent = false;
    const page = await http.page(topic, from.sequence);
    if (!sequence.read(from, page)) {
      resumed(false);
    }
    handle();
    owner.read(page.messages.map((message) => ({ topic, ...message })));
    const head = sequence.position as Position;
    const complete = head.epoch === page.epoch && head.sequence >= page.sequence;
    if (complete) {
      // Only pushes can be missing now, and those are pushed.
      resumed(true);
    }
    return sequence.position !== from && !complete;
  }

  /**
   * Waits for late pushes: for a random part of `gapWithin`, or two to three times as long as pushes have been late. The
   * time starts again with each message that is handled, because the next missing message is another one.
   *
   * @returns false if nothing is missing any more.
   */
  async function stays(): Promise<boolean> {
    const chance = clock.random();
    missingSince = clock.now();
    while (needsHistory() && !urgent) {
      const wait = Math.max(gapWithin * (0.1 + 0.9 * chance), Math.min(MAX_WAIT, lag.spread * (2 + chance)));
      const left = Math.ceil(missingSince + wait - clock.now());
      if (left <= 0) {
        return true;
      }
      await new Promise<void>((resolve) => {
        const cancel = after(clock, left, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
    return needsHistory();
  }
}
