import { backoffDelay } from './backoff';
import type { Reason } from './connection-state';
import { type Code, TwinlaneError } from './error';
import { log } from './log';
import type { Settings } from './options';
import {
  type ClientFrame,
  type ErrorFrame,
  type Message,
  type Position,
  type Presence,
  PROTOCOL,
  type Refusal,
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
  topics(): ReadonlySet<string>;
  /** Questions that are not answered yet. */
  queries: ReadonlySet<Query>;
  /** Interval of pings, in milliseconds. */
  pingEvery(): number;
  opened(): void;
  /** Called when each topic is subscribed or refused. */
  settled(): void;
  /** Called when a frame was answered, and when an answer is missing or arrives after all. */
  measured(): void;
  /** Called once, when either side has closed the connection. */
  ended(): void;
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

/** One socket. */
export interface Connection {
  /** Time at which the socket opened, of the client's clock. */
  openedAt?: number;
  /** Time of the last frame that was received, and of the last frame in either direction. */
  heardAt: number;
  activeAt: number;
  /** Milliseconds without a frame before the oldest frame that is not answered. */
  idle: number;
  /** True if a frame was answered. */
  worked?: boolean;
  /** Milliseconds from the last answered frame to its answer. */
  rtt?: number;
  /** True if an answer is missing, and no other frame has arrived. */
  silent?: boolean;
  /** Why it ended. */
  reason: Reason;
  error?: TwinlaneError;
  closeCode?: number | undefined;
  /** Subscribes, also if it is subscribed already: the answer reports the topic's head. */
  subscribe(topic: string): void;
  /** Sends what its owner needs at the end of the task, so that the calls of one task share a frame. */
  reconcile(): void;
  /** Sends a ping after a delay, and calls `missing` if no frame arrives in time. Does nothing if one arrives before. */
  check(delay: number, within: number, missing: () => void): void;
  /** Stops pings and ends the connection later: another one has replaced it, and frames can be in flight. */
  endAfter(milliseconds: number): void;
  end(reason?: Reason, closeCode?: number): void;
}

/**
 * Opens a socket. Keeps its subscriptions equal to the topics of its owner, with one unanswered frame for each topic, because
 * answers arrive in any order. Ends when the server closes it or stops responding.
 *
 * @param ticket authorizes the connection, if clients are authenticated.
 */
export function connect(settings: Settings, owner: ConnectionOwner, ticket: string | undefined): Connection {
  const { WebSocket, webSocketUrl, clock, retry, answerWithin } = settings;
  const sentFrames = new Map<string, SentFrame>();
  /** Topics with the id of their subscription: {@link UNKNOWN} if the server may have subscribed one without an answer. */
  const subscribed = new Map<string, string>();
  /** Topics that are subscribed or refused, and whose head is not needed again. */
  const settled = new Set<string>();
  /** Topics of frames that are unanswered, or that are sent again later. */
  const busy = new Set<string>();
  const asked = new Set<Query>();
  const timers = new Set<() => void>();
  /** Cancels the end of the pause in which the server would refuse every frame. */
  let pause: (() => void) | undefined;
  let pingDue = false;
  /** True from a pause until no frame waits: one frame at a time is then sent, so that the next pause refuses only one. */
  let limited = false;
  /** Number of retries since a topic was last subscribed or unsubscribed. */
  let retries = 0;
  let refs = 0;
  let received = 0;
  let done = false;

  const connection: Connection = {
    heardAt: 0,
    activeAt: 0,
    idle: 0,
    reason: 'dropped',
    subscribe(topic) {
      settled.delete(topic);
      connection.reconcile();
    },
    reconcile: () => queueMicrotask(flush),
    check(delay, within, missing) {
      const before = received;
      const check = () => {
        if (before === received && pause) {
          after(SECOND, check);
        } else if (before === received) {
          ping();
          after(within, () => before === received && missing());
        }
      };
      delay > 0 ? after(delay, check) : check();
    },
    endAfter(milliseconds) {
      cancelTimer();
      cancelTimer = after(milliseconds, () => connection.end());
    },
    end(reason = 'dropped', closeCode) {
      if (!done) {
        done = true;
        Object.assign(connection, { reason, closeCode });
        for (const cancel of timers) {
          cancel();
        }
        log(settings, 'closed', { reason, closeCode });
        socket.close();
        owner.ended();
      }
    },
  };

  const socket = new (WebSocket as NonNullable<typeof WebSocket>)(
    webSocketUrl,
    ticket ? [PROTOCOL, `ticket.${ticket}`] : [PROTOCOL],
  );
  socket.addEventListener('open', () => done || open());
  socket.addEventListener('message', ({ data }) => done || receive(data));
  socket.addEventListener('error', () => connection.end());
  socket.addEventListener('close', (event) => connection.end('dropped', event?.code));
  /** Cancels the timeout of the handshake, then the next ping, then the end of a replaced connection. */
  let cancelTimer = after(answerWithin, () => connection.end('silent'));
  return connection;

  /** Requests the heads of all subscribed topics and schedules the next ping. */
  function ping(): void {
    planPing();
    pingDue = true;
    flush();
  }

  function open(): void {
    connection.openedAt = connection.heardAt = connection.activeAt = clock.now();
    planPing();
    owner.opened();
    flush();
  }

  function planPing(): void {
    const interval = owner.pingEvery() * (0.8 + 0.4 * clock.random());
    cancelTimer();
    cancelTimer = after(interval, ping);
  }

  /** Sends the frames that are due, as many as possible. */
  function flush(): void {
    if (connection.openedAt === undefined || done || pause) {
      return;
    }
    if (pingDue) {
      sendPing();
    }
    sendTopics();
    for (const query of owner.queries) {
      if (!asked.has(query)) {
        ask(query);
      }
    }
    if ([...owner.topics()].every((topic) => settled.has(topic))) {
      owner.settled();
    }
  }

  function sendPing(): void {
    pingDue = false;
    send({ action: 'ping', topics: [...subscribed.keys()].filter(isKnown) }, [], {
      again: () => (pingDue = true),
      answered: (answer) => {
        if (answer.type === 'pong') {
          for (const [topic, position] of Object.entries(answer.positions)) {
            owner.head(topic, position, false);
          }
        } else if (answer.type === 'error') {
          owner.refused(refusal(answer));
        }
      },
    });
  }

  function ask(query: Query): void {
    const { topic } = query;
    asked.add(query);
    send({ action: 'presence', topic }, [], {
      again: () => asked.delete(query),
      answered: (answer) => {
        if (answer.type === 'presence') {
          query.answer({ subscribers: answer.subscribers, exact: answer.exact });
        } else if (answer.type === 'error') {
          query.answer(refusal(answer, topic));
        }
      },
    });
  }

  function sendTopics(): void {
    const wanted = owner.topics();
    const taken = new Set([...subscribed.keys(), ...busy]);
    // If topics are to be left, new ones wait for their places. Otherwise the server refuses what is too much.
    let room = [...taken].every((topic) => wanted.has(topic)) ? Number.POSITIVE_INFINITY : MAX_TOPICS - taken.size;
    const due: string[] = [];
    const left: string[] = [];
    for (const topic of new Set([...wanted, ...subscribed.keys()])) {
      const isWanted = wanted.has(topic);
      if (busy.has(topic) || (isWanted && settled.has(topic))) {
        continue;
      }
      if (!isWanted && isKnown(topic)) {
        left.push(topic);
      } else if (taken.has(topic) || (room -= 1) >= 0) {
        due.push(topic);
      }
    }
    while (due.length > 0 && !isFull()) {
      sendSubscribe(due.splice(0, limited ? FEW_TOPICS : MAX_TOPICS));
    }
    while (left.length > 0 && !isFull()) {
      sendUnsubscribe(left.shift() as string);
    }
    limited &&= due.length + left.length > 0;
  }

  function sendSubscribe(topics: readonly string[]): void {
    const [topic] = topics;
    send(topics.length > 1 ? { action: 'subscribe', topics } : { action: 'subscribe', topic }, topics, {
      again: (uncertain) => release(topics, uncertain),
      answered: (answer) => {
        const postponed: string[] = [];
        let wait = 0;
        for (const each of topics) {
          const outcome = outcomeOf(answer, each);
          if (!('code' in outcome)) {
            const { epoch, sequence, subscription } = outcome;
            subscribed.set(each, subscription);
            settled.add(each);
            retries = 0;
            owner.head(each, { epoch, sequence }, true);
          } else if (isTemporary(outcome)) {
            postponed.push(each);
            wait = Math.max(wait, outcome.retryAfter ?? 0);
          } else {
            settled.add(each);
            subscribed.delete(each);
            owner.refused(refusal(outcome, each));
          }
        }
        if (postponed.length > 0) {
          occupy(postponed);
          later(wait, () => release(postponed, true));
        }
      },
    });
  }

  function sendUnsubscribe(topic: string): void {
    send({ action: 'unsubscribe', topic, subscription: subscribed.get(topic) }, [topic], {
      again: () => release([topic], false),
      answered: () => {
        retries = 0;
        subscribed.delete(topic);
        settled.delete(topic);
      },
    });
  }

  function occupy(topics: readonly string[]): void {
    for (const topic of topics) {
      busy.add(topic);
    }
  }

  function release(topics: readonly string[], uncertain: boolean): void {
    for (const topic of topics) {
      busy.delete(topic);
      if (uncertain) {
        subscribed.set(topic, UNKNOWN);
      }
    }
  }

  function send(frame: Frame, topics: readonly string[], handlers: Pick<SentFrame, 'again' | 'answered'>): void {
    refs += 1;
    const ref = String(refs);
    const before = received;
    const isSilent = () => before === received;
    if (sentFrames.size === 0) {
      connection.idle = clock.now() - connection.activeAt;
    }
    connection.activeAt = clock.now();
    occupy(topics);
    const sent: SentFrame = {
      ...handlers,
      topics,
      at: connection.activeAt,
      cancel: after(Math.min(SILENT, answerWithin), () => {
        connection.silent ||= isSilent();
        owner.measured();
        sent.cancel = after(Math.max(0, answerWithin - SILENT), () => {
          if (isSilent()) {
            connection.end('silent');
          } else {
            // Other frames arrive, so only the function failed, and the connection works.
            sentFrames.delete(ref);
            sent.again(true);
          }
        });
      }),
    };
    sentFrames.set(ref, sent);
    log(settings, frame.action, topics);
    try {
      socket.send(JSON.stringify({ ...frame, ref }));
    } catch {
      connection.end();
    }
  }

  function receive(data: unknown): void {
    const { silent } = connection;
    connection.silent = false;
    received += 1;
    connection.heardAt = connection.activeAt = clock.now();
    try {
      take(JSON.parse(String(data)));
    } catch (error) {
      log(settings, 'ignored', error);
    }
    if (silent) {
      owner.measured();
    }
  }

  function take(frame: ServerFrame): void {
    if (frame.type === 'message') {
      const { type: _, ...message } = frame;
      owner.message(message);
    } else if (frame.type === 'messages') {
      for (const message of frame.messages) {
        owner.message(message);
      }
    } else if (frame.type === 'error' && (frame.code as Code) === 'connection_limit') {
      connection.error = refusal(frame);
      connection.end('limit');
    } else {
      const ref = frame.ref ?? '';
      const sent = sentFrames.get(ref);
      if (sent) {
        sent.cancel();
        sentFrames.delete(ref);
        connection.worked = true;
        connection.rtt = connection.heardAt - sent.at;
        answered(sent, frame);
        owner.measured();
        flush();
      }
    }
  }

  function answered(sent: SentFrame, answer: Answer): void {
    const { code, retryAfter } = answer as Partial<ErrorFrame>;
    if (code === 'rate_limited') {
      limited = true;
      pause?.();
      pause = after((retryAfter ?? 1) * SECOND, () => (pause = undefined));
      sent.again(false);
    } else if (isTemporary(answer)) {
      later(retryAfter, () => sent.again(true));
    } else if (code === 'not_connected' || code === 'unauthorized') {
      // The authorization expired: a new connection gets a new ticket.
      connection.end();
    } else {
      release(sent.topics, false);
      sent.answered(answer);
    }
  }

  function later(retryAfter = 0, again: () => void): void {
    retries += 1;
    after(retryAfter * SECOND + backoffDelay(retries, retry, clock.random()), again);
  }

  /**
   * Runs a timer until the connection ends, and sends what is due then. One that is late by more than a second waits for another second, because
   * frames that arrived before are handled after it.
   *
   * @returns a function that cancels it.
   */
  function after(milliseconds: number, run: () => unknown): () => void {
    const due = clock.now() + milliseconds;
    const cancel = () => {
      timers.delete(cancel);
      clock.clearTimeout(timer);
    };
    const ring = () => {
      cancel();
      run();
      flush();
    };
    let timer = clock.setTimeout(() => {
      if (clock.now() > due + SECOND) {
        timer = clock.setTimeout(ring, SECOND);
      } else {
        ring();
      }
    }, milliseconds);
    timers.add(cancel);
    return cancel;
  }

  /** True if another frame of topics has to wait. */
  function isFull(): boolean {
    const unanswered = [...sentFrames.values()].filter(({ topics }) => topics.length > 0).length;
    return done || unanswered >= (limited ? 1 : MAX_UNANSWERED);
  }

  function isKnown(topic: string): boolean {
    return subscribed.get(topic) !== UNKNOWN;
  }
}

/** @returns what an answer to a `subscribe` frame says about one of its topics. */
function outcomeOf(answer: Answer, topic: string): Outcome {
  const { topics = { [topic]: answer } } = answer as { topics?: Record<string, unknown> };
  return (topics[topic] ?? { code: 'internal' }) as Outcome;
}

/** True if the same frame can succeed later. */
const isTemporary = (answer: object): boolean => 'retryAfter' in answer || (answer as ErrorFrame).code === 'internal';

function refusal({ code, message }: Refusal, topic?: string): TwinlaneError {
  return new TwinlaneError(code, message, { topic });
}
