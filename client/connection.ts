import { backoffDelay } from './backoff';
import type { Reason } from './connection-state';
import { type Code, TwinlaneError } from './error';
import { log } from './log';
import type { Settings, Socket } from './options';
import {
  type ClientFrame,
  type ErrorFrame,
  type Message,
  type Position,
  type Presence,
  PROTOCOL,
  type ServerFrame,
} from './protocol';

/** A call of `presence` that is not answered yet. */
export interface Query {
  topic: string;
  answer(result: Presence | TwinlaneError): void;
}

/** Callbacks of a connection, and what it needs. */
export interface ConnectionOwner {
  /** Topics that the connection should be subscribed to. */
  topics(): ReadonlyMap<string, unknown>;
  /** Questions that are not answered yet. */
  queries: ReadonlySet<Query>;
  /** Interval of pings, in milliseconds. */
  pingEvery(): number;
  opened(connection: Connection): void;
  /** Called when each topic is subscribed or refused. */
  settled(connection: Connection): void;
  /** Called when a frame was answered, and when an answer is missing or arrives after all. */
  measured(): void;
  /** Called once, when either side has closed the connection. */
  ended(connection: Connection): void;
  message(message: Message): void;
  /**
   * @param position the topic's head: the position of its latest message.
   * @param subscribed true if everything after the position is pushed from now on; false if it comes from a `pong`.
   */
  head(topic: string, position: Position, subscribed: boolean): void;
  refused(error: TwinlaneError): void;
}

/**
 * Maximum number of unanswered `subscribe` and `unsubscribe` frames of a connection. Each changes the same item of the
 * connection, and concurrent changes conflict.
 */
const MAX_UNANSWERED = 4;

/** Maximum number of topics of a frame, and of subscriptions of a connection: `Limit.SUBSCRIPTIONS` of the protocol. */
const MAX_TOPICS = 100;

/** Maximum number of topics of a frame after a pause, so that a small rate limit accepts it. */
const FEW_TOPICS = 5;

/** Id of a subscription that only another `subscribe` frame returns. */
const UNKNOWN = '';

const SECOND = 1_000;

/** Milliseconds after which a missing answer is reported. */
const SILENT = 5 * SECOND;

/** A frame that is not answered yet. */
interface SentFrame {
  /** Topics that a `subscribe` or `unsubscribe` frame changes. */
  topics: readonly string[];
  /** Makes the frame due again. @param uncertain true if the server may have performed it */
  again: (uncertain: boolean) => void;
  /** Takes in the answer, unless it is an error that a retry can solve. */
  answered: (answer: Answer) => void;
  at: number;
  cancel: () => void;
}

/** A frame without its ref. */
type Frame = {
  action: ClientFrame['action'];
  topic?: string | undefined;
  topics?: readonly string[];
  subscription?: string | undefined;
};

type Answer = Exclude<ServerFrame, { type: 'message' | 'messages' }>;

/** A topic's part of a `subscribed` frame. */
type Outcome = (Position & { subscription: string }) | Omit<ErrorFrame, 'type'>;

/**
 * One socket. Keeps its subscriptions equal to the topics of its owner, with one unanswered frame for each topic, because
 * answers arrive in any order. Ends when the server closes it or stops responding.
 */
export class Connection {
  /** Time at which the socket opened, of the client's clock. */
  openedAt: number | undefined;
  /** Time of the last frame that was received, and of the last frame in either direction. */
  heardAt = 0;
  activeAt = 0;
  /** True if a frame was answered. */
  worked = false;
  /** Milliseconds from the last answered frame to its answer. */
  rtt: number | undefined;
  /** True if an answer is missing, and no other frame has arrived. */
  silent = false;
  /** Why it ended. */
  reason: Reason = 'dropped';
  error: TwinlaneError | undefined;
  closeCode: number | undefined;
  readonly #settings: Settings;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #sent = new Map<string, SentFrame>();
  /** Topics with the id of their subscription: {@link UNKNOWN} if the server may have subscribed one without an answer. */
  readonly #subscribed = new Map<string, string>();
  /** Topics that are subscribed or refused, and whose head is not needed again. */
  readonly #settled = new Set<string>();
  /** Topics of frames that are unanswered, or that are sent again later. */
  readonly #busy = new Set<string>();
  readonly #asked = new Set<Query>();
  readonly #timers = new Set<() => void>();
  /** Cancels the end of the pause in which the server would refuse every frame. */
  #pause: (() => void) | undefined;
  #pingDue = false;
  /** True from a pause until no frame waits: one frame at a time is then sent, so that the next pause refuses only one. */
  #limited = false;
  /** Number of retries since a topic was last subscribed or unsubscribed. */
  #retries = 0;
  #refs = 0;
  #received = 0;
  /** Cancels the timeout of the handshake, then the next ping, then the end of a replaced connection. */
  #cancel: () => void;
  #done = false;

  /** @param ticket authorizes the connection, if clients are authenticated. */
  constructor(settings: Settings, owner: ConnectionOwner, ticket: string | undefined) {
    this.#settings = settings;
    this.#owner = owner;
    const { WebSocket, webSocketUrl, answerWithin } = settings;
    const socket = new WebSocket(webSocketUrl, ticket ? [PROTOCOL, `ticket.${ticket}`] : [PROTOCOL]);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#done || this.#open());
    socket.addEventListener('message', ({ data }) => this.#done || this.#receive(data));
    socket.addEventListener('error', () => this.end());
    socket.addEventListener('close', (event) => this.end('dropped', event?.code));
    this.#cancel = this.#after(answerWithin, () => this.end('silent'));
  }

  /** Subscribes, also if it is subscribed already: the answer reports the topic's head. */
  subscribe(topic: string): void {
    this.#settled.delete(topic);
    this.reconcile();
  }

  /** Sends what its owner needs at the end of the task, so that the calls of one task share a frame. */
  reconcile(): void {
    void Promise.resolve().then(() => this.#flush());
  }

  /** Requests the heads of all subscribed topics and schedules the next ping. */
  ping(): void {
    this.#planPing();
    this.#pingDue = true;
    this.#flush();
  }

  /** Sends a ping, and calls `missing` if no frame arrives in time. */
  check(within: number, missing: () => void): void {
    const received = this.#received;
    this.ping();
    this.#after(within, () => received === this.#received && missing());
  }

  /** Stops pings and ends the connection later: another one has replaced it, and frames can be in flight. */
  endAfter(milliseconds: number): void {
    this.#cancel();
    this.#cancel = this.#after(milliseconds, () => this.end());
  }

  end(reason: Reason = 'dropped', closeCode?: number): void {
    if (this.#done) {
      return;
    }
    this.#done = true;
    this.reason = reason;
    this.closeCode = closeCode;
    for (const cancel of this.#timers) {
      cancel();
    }
    log(this.#settings, 'closed', { reason, closeCode });
    this.#socket.close();
    this.#owner.ended(this);
  }

  #open(): void {
    this.openedAt = this.heardAt = this.activeAt = this.#settings.clock.now();
    this.#planPing();
    this.#owner.opened(this);
    this.#flush();
  }

  #planPing(): void {
    const interval = this.#owner.pingEvery() * (0.8 + 0.4 * this.#settings.clock.random());
    this.#cancel();
    this.#cancel = this.#after(interval, () => this.ping());
  }

  /** Sends the frames that are due, as many as possible. */
  #flush(): void {
    if (this.openedAt === undefined || this.#done || this.#pause) {
      return;
    }
    if (this.#pingDue) {
      this.#sendPing();
    }
    this.#sendTopics();
    for (const query of this.#owner.queries) {
      if (!this.#asked.has(query)) {
        this.#ask(query);
      }
    }
    if ([...this.#owner.topics().keys()].every((topic) => this.#settled.has(topic))) {
      this.#owner.settled(this);
    }
  }

  #sendPing(): void {
    this.#pingDue = false;
    this.#send({ action: 'ping', topics: [...this.#subscribed.keys()].filter((topic) => this.#isKnown(topic)) }, [], {
      again: () => (this.#pingDue = true),
      answered: (answer) => {
        if (answer.type === 'pong') {
          for (const [topic, position] of Object.entries(answer.positions)) {
            this.#owner.head(topic, position, false);
          }
        } else if (answer.type === 'error') {
          this.#owner.refused(new TwinlaneError(answer.code, answer.message));
        }
      },
    });
  }

  #ask(query: Query): void {
    const { topic } = query;
    this.#asked.add(query);
    this.#send({ action: 'presence', topic }, [], {
      again: () => this.#asked.delete(query),
      answered: (answer) => {
        if (answer.type === 'presence') {
          query.answer({ subscribers: answer.subscribers, exact: answer.exact });
        } else if (answer.type === 'error') {
          query.answer(new TwinlaneError(answer.code, answer.message, undefined, topic));
        }
      },
    });
  }

  #sendTopics(): void {
    const wanted = this.#owner.topics();
    const taken = new Set([...this.#subscribed.keys(), ...this.#busy]);
    // If topics are to be left, new ones wait for their places. Otherwise the server refuses what is too much.
    let room = [...taken].every((topic) => wanted.has(topic)) ? Number.POSITIVE_INFINITY : MAX_TOPICS - taken.size;
    const due: string[] = [];
    const left: string[] = [];
    for (const topic of new Set([...wanted.keys(), ...this.#subscribed.keys()])) {
      const isWanted = wanted.has(topic);
      if (this.#busy.has(topic) || (isWanted && this.#settled.has(topic))) {
        continue;
      }
      if (!isWanted && this.#isKnown(topic)) {
        left.push(topic);
      } else if (taken.has(topic) || (room -= 1) >= 0) {
        due.push(topic);
      }
    }
    while (due.length > 0 && !this.#isFull) {
      this.#sendSubscribe(due.splice(0, this.#limited ? FEW_TOPICS : MAX_TOPICS));
    }
    while (left.length > 0 && !this.#isFull) {
      this.#sendUnsubscribe(left.shift() as string);
    }
    this.#limited &&= due.length + left.length > 0;
  }

  #sendSubscribe(topics: readonly string[]): void {
    const [topic] = topics;
    this.#send(topics.length > 1 ? { action: 'subscribe', topics } : { action: 'subscribe', topic }, topics, {
      again: (uncertain) => this.#release(topics, uncertain),
      answered: (answer) => {
        const later: string[] = [];
        let wait = 0;
        for (const each of topics) {
          const outcome = outcomeOf(answer, each);
          if (!('code' in outcome)) {
            const { epoch, sequence, subscription } = outcome;
            this.#subscribed.set(each, subscription);
            this.#settled.add(each);
            this.#retries = 0;
            this.#owner.head(each, { epoch, sequence }, true);
          } else if (isTemporary(outcome)) {
            later.push(each);
            wait = Math.max(wait, outcome.retryAfter ?? 0);
          } else {
            this.#settled.add(each);
            this.#subscribed.delete(each);
            this.#owner.refused(new TwinlaneError(outcome.code, outcome.message, undefined, each));
          }
        }
        if (later.length > 0) {
          this.#occupy(later);
          this.#later(wait, () => this.#release(later, true));
        }
      },
    });
  }

  #sendUnsubscribe(topic: string): void {
    this.#send({ action: 'unsubscribe', topic, subscription: this.#subscribed.get(topic) }, [topic], {
      again: () => this.#release([topic], false),
      answered: () => {
        this.#retries = 0;
        this.#subscribed.delete(topic);
        this.#settled.delete(topic);
      },
    });
  }

  #occupy(topics: readonly string[]): void {
    for (const topic of topics) {
      this.#busy.add(topic);
    }
  }

  #release(topics: readonly string[], uncertain: boolean): void {
    for (const topic of topics) {
      this.#busy.delete(topic);
      if (uncertain) {
        this.#subscribed.set(topic, UNKNOWN);
      }
    }
  }

  #send(frame: Frame, topics: readonly string[], handlers: Pick<SentFrame, 'again' | 'answered'>): void {
    const { clock, answerWithin } = this.#settings;
    this.#refs += 1;
    const ref = String(this.#refs);
    const received = this.#received;
    const isSilent = () => received === this.#received;
    this.activeAt = clock.now();
    this.#occupy(topics);
    const sent: SentFrame = {
      ...handlers,
      topics,
      at: this.activeAt,
      cancel: this.#after(Math.min(SILENT, answerWithin), () => {
        this.silent ||= isSilent();
        this.#owner.measured();
        sent.cancel = this.#after(Math.max(0, answerWithin - SILENT), () => {
          if (isSilent()) {
            this.end('silent');
          } else {
            // Other frames arrive, so only the function failed, and the connection works.
            this.#sent.delete(ref);
            sent.again(true);
            this.#flush();
          }
        });
      }),
    };
    this.#sent.set(ref, sent);
    log(this.#settings, frame.action, topics);
    try {
      this.#socket.send(JSON.stringify({ ...frame, ref }));
    } catch {
      this.end();
    }
  }

  #receive(data: unknown): void {
    const { silent } = this;
    this.silent = false;
    this.#received += 1;
    this.heardAt = this.activeAt = this.#settings.clock.now();
    try {
      this.#take(JSON.parse(String(data)));
    } catch (error) {
      log(this.#settings, 'ignored', error);
    }
    if (silent) {
      this.#owner.measured();
    }
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'message') {
      const { type: _, ...message } = frame;
      this.#owner.message(message);
    } else if (frame.type === 'messages') {
      for (const message of frame.messages) {
        this.#owner.message(message);
      }
    } else if (frame.type === 'error' && (frame.code as Code) === 'connection_limit') {
      this.error = new TwinlaneError(frame.code, frame.message);
      this.end('limit');
    } else {
      const ref = frame.ref ?? '';
      const sent = this.#sent.get(ref);
      if (sent) {
        sent.cancel();
        this.#sent.delete(ref);
        this.worked = true;
        this.rtt = this.heardAt - sent.at;
        this.#answered(sent, frame);
        this.#owner.measured();
        this.#flush();
      }
    }
  }

  #answered(sent: SentFrame, answer: Answer): void {
    const { code, retryAfter } = answer as Partial<ErrorFrame>;
    if (code === 'rate_limited') {
      this.#limited = true;
      this.#pause?.();
      this.#pause = this.#after((retryAfter ?? 1) * SECOND, () => {
        this.#pause = undefined;
        this.#flush();
      });
      sent.again(false);
    } else if (isTemporary(answer)) {
      this.#later(retryAfter, () => sent.again(true));
    } else if (code === 'not_connected' || code === 'unauthorized') {
      // The authorization expired: a new connection gets a new ticket.
      this.end();
    } else {
      this.#release(sent.topics, false);
      sent.answered(answer);
    }
  }

  #later(retryAfter = 0, again: () => void): void {
    const { clock, retry } = this.#settings;
    this.#retries += 1;
    this.#after(retryAfter * SECOND + backoffDelay(this.#retries, retry, clock.random()), () => {
      again();
      this.#flush();
    });
  }

  /**
   * Runs a timer until the connection ends. One that is late by more than a second waits for another second, because
   * frames that arrived before are handled after it.
   *
   * @returns a function that cancels it.
   */
  #after(milliseconds: number, run: () => void): () => void {
    const { clock } = this.#settings;
    const due = clock.now() + milliseconds;
    const cancel = () => {
      this.#timers.delete(cancel);
      clock.clearTimeout(timer);
    };
    const ring = () => {
      cancel();
      run();
    };
    let timer = clock.setTimeout(() => {
      if (clock.now() > due + SECOND) {
        timer = clock.setTimeout(ring, SECOND);
      } else {
        ring();
      }
    }, milliseconds);
    this.#timers.add(cancel);
    return cancel;
  }

  /** True if another frame of topics has to wait. */
  get #isFull(): boolean {
    const unanswered = [...this.#sent.values()].filter(({ topics }) => topics.length > 0).length;
    return this.#done || unanswered >= (this.#limited ? 1 : MAX_UNANSWERED);
  }

  #isKnown(topic: string): boolean {
    return this.#subscribed.get(topic) !== UNKNOWN;
  }
}

/** @returns what an answer to a `subscribe` frame says about one of its topics. */
function outcomeOf(answer: Answer, topic: string): Outcome {
  const { topics = { [topic]: answer } } = answer as { topics?: Record<string, unknown> };
  return (topics[topic] ?? { code: 'internal' }) as Outcome;
}

/** True if the same frame can succeed later. */
const isTemporary = (answer: object): boolean => 'retryAfter' in answer || (answer as ErrorFrame).code === 'internal';
