import { backoffDelay } from './backoff';
import {
  type ClientFrame,
  type ErrorFrame,
  type Message,
  type Position,
  type Presence,
  PROTOCOL,
  type ServerFrame,
} from './protocol';
import { TwinlaneError } from './error';
import type { Settings, Socket } from './options';

/** Callbacks of a connection, and the topics it needs. */
export interface ConnectionOwner {
  /** Topics that the connection should be subscribed to. */
  topics(): ReadonlyMap<string, unknown>;
  opened(connection: Connection): void;
  /** Called when each topic is subscribed or refused. */
  settled(connection: Connection): void;
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

const SECOND = 1_000;

/** Error of a frame that is sent once and gets no answer. */
const UNANSWERED: Omit<ErrorFrame, 'type'> = { code: 'unavailable', message: 'No answer' };

type TopicFrame = Extract<ClientFrame, { action: 'subscribe' | 'unsubscribe' }>;

/** A frame that is not answered yet. */
interface PendingFrame {
  frame: ClientFrame;
  attempt: number;
  /** Sends the frame again, or ends the connection. */
  timer: unknown;
  /** Takes the answer to a frame that is sent once. */
  answered?: ((answer?: ServerFrame) => void) | undefined;
}

/**
 * One socket. Keeps its subscriptions equal to the topics of its owner, with one unanswered frame for each topic, because
 * answers arrive in any order. Ends when the server closes it or stops responding.
 */
export class Connection {
  /** Time at which the socket opened, in milliseconds since 1970. */
  openedAt: number | undefined;
  private readonly socket: Socket;
  private readonly pending = new Map<string, PendingFrame>();
  /** Topics with the id of their subscription. */
  private readonly subscribed = new Map<string, string | undefined>();
  /** Topics whose head is needed, although they may be subscribed. */
  private readonly unconfirmed = new Set<string>();
  private readonly refused = new Set<string>();
  /** Topics of pending and waiting frames. */
  private readonly busy = new Set<string>();
  /** Frames that are sent when others have been answered, and after a pause. */
  private readonly waiting: (Pick<PendingFrame, 'attempt'> & { frame: TopicFrame })[] = [];
  /** Ends the pause in which the server would refuse every frame. */
  private pause: unknown;
  /** True if a ping is sent after the pause. */
  private pingWaits = false;
  /** True from a pause until no frame waits: one frame at a time is then sent, so that the next pause refuses only one. */
  private limited = false;
  private unanswered = 0;
  private refs = 0;
  private received = 0;
  /** Timeout of the handshake, then the next ping, then the end of a replaced connection. */
  private timer: unknown;
  private done = false;

  /** @param ticket authorizes the connection, if clients are authenticated. */
  constructor(
    private readonly settings: Settings,
    private readonly owner: ConnectionOwner,
    ticket: string | undefined,
  ) {
    const { WebSocket, webSocketUrl, clock, answerWithin } = settings;
    this.socket = new WebSocket(webSocketUrl, ticket ? [PROTOCOL, `ticket.${ticket}`] : [PROTOCOL]);
    this.socket.addEventListener('open', () => this.done || this.open());
    this.socket.addEventListener('message', ({ data }) => this.done || this.receive(JSON.parse(String(data))));
    this.socket.addEventListener('error', () => this.end());
    this.socket.addEventListener('close', () => this.end());
    this.timer = clock.setTimeout(() => this.end(), answerWithin);
  }

  /** Subscribes, also if it is subscribed already: the answer reports the topic's head. */
  subscribe(topic: string): void {
    this.unconfirmed.add(topic);
    this.refused.delete(topic);
    this.reconcile(topic);
  }

  /** Subscribes to a topic or unsubscribes from it, if its owner wants the other state. */
  reconcile(topic: string): void {
    if (this.openedAt === undefined || this.done || this.busy.has(topic)) {
      return;
    }
    const wanted = this.owner.topics().has(topic);
    if (wanted && !this.isSettled(topic)) {
      this.send({ action: 'subscribe', topic });
    } else if (!wanted && this.subscribed.has(topic)) {
      this.send({ action: 'unsubscribe', topic, subscription: this.subscribed.get(topic) });
    }
  }

  /** Requests the number of subscribers of a topic, in one attempt. */
  presence(topic: string): Promise<Presence> {
    return new Promise((resolve, reject) => {
      const answered = (answer?: ServerFrame) => {
        if (answer?.type === 'presence') {
          resolve({ subscribers: answer.subscribers, exact: answer.exact });
        } else {
          const { code, message, retryAfter } = answer?.type === 'error' ? answer : UNANSWERED;
          reject(new TwinlaneError(code, message, retryAfter, topic));
        }
      };
      this.transmit({ action: 'presence', topic }, 1, answered);
    });
  }

  /** Requests the heads of all subscribed topics and schedules the next ping. */
  ping(): void {
    const { clock, pingEvery } = this.settings;
    clock.clearTimeout(this.timer);
    this.timer = clock.setTimeout(() => this.ping(), pingEvery * (0.8 + 0.4 * clock.random()));
    this.send({ action: 'ping', topics: [...this.subscribed.keys()] });
  }

  /** Stops pings and ends the connection later: another one has replaced it, and frames can be in flight. */
  endAfter(milliseconds: number): void {
    const { clock } = this.settings;
    clock.clearTimeout(this.timer);
    this.timer = clock.setTimeout(() => this.end(), milliseconds);
  }

  end(): void {
    if (this.done) {
      return;
    }
    this.done = true;
    const { clock } = this.settings;
    clock.clearTimeout(this.timer);
    clock.clearTimeout(this.pause);
    for (const { timer, answered } of this.pending.values()) {
      clock.clearTimeout(timer);
      answered?.();
    }
    this.socket.close();
    this.owner.ended(this);
  }

  private open(): void {
    const { clock, pingEvery } = this.settings;
    clock.clearTimeout(this.timer);
    this.openedAt = clock.now();
    this.timer = clock.setTimeout(() => this.ping(), pingEvery * (0.8 + 0.4 * clock.random()));
    this.owner.opened(this);
    for (const topic of this.owner.topics().keys()) {
      this.reconcile(topic);
    }
    this.settle();
  }

  private send(frame: ClientFrame, attempt = 1): void {
    if (isTopicFrame(frame)) {
      this.busy.add(frame.topic);
      if (this.isFull) {
        this.waiting.push({ frame, attempt });
        return;
      }
      this.unanswered += 1;
    } else if (this.pause !== undefined) {
      this.pingWaits = true;
      return;
    }
    this.transmit(frame, attempt);
  }

  private transmit(frame: ClientFrame, attempt: number, answered?: PendingFrame['answered']): void {
    const { clock, answerWithin } = this.settings;
    this.refs += 1;
    const ref = String(this.refs);
    const { received } = this;
    const timer = clock.setTimeout(() => {
      // If other frames arrive, only the function failed, and the connection works.
      if (this.received > received) {
        this.pending.delete(ref);
        if (answered) {
          answered();
          return;
        }
        this.free(frame);
        this.send(frame, attempt + 1);
      } else {
        this.end();
      }
    }, answerWithin);
    this.pending.set(ref, { frame, attempt, timer, answered });
    this.socket.send(JSON.stringify({ ...frame, ref }));
  }

  private receive(frame: ServerFrame): void {
    this.received += 1;
    if (frame.type === 'message') {
      const { type: _, ...message } = frame;
      this.owner.message(message);
    } else if (frame.type === 'messages') {
      for (const message of frame.messages) {
        this.owner.message(message);
      }
    } else {
      const sent = this.pending.get(frame.ref ?? '');
      if (sent) {
        this.settings.clock.clearTimeout(sent.timer);
        this.pending.delete(frame.ref ?? '');
        if (sent.answered) {
          sent.answered(frame);
          return;
        }
        this.answered(sent, frame);
        this.free(sent.frame);
      }
    }
  }

  /** True if another frame of a topic has to wait. */
  private get isFull(): boolean {
    return this.pause !== undefined || this.unanswered >= (this.limited ? 1 : MAX_UNANSWERED);
  }

  /** Sends waiting frames in place of one that is answered or given up. */
  private free(frame: ClientFrame): void {
    if (isTopicFrame(frame)) {
      this.unanswered -= 1;
      this.sendWaiting();
    }
  }

  private sendWaiting(): void {
    while (!this.done && !this.isFull) {
      const next = this.waiting.shift();
      if (!next) {
        this.limited = false;
        return;
      }
      if (next.attempt > 1) {
        this.send(next.frame, next.attempt);
      } else {
        // Never performed, and perhaps no longer wanted.
        this.release(next.frame.topic);
      }
    }
  }

  /** Sends the next frame of a topic, if there is one. */
  private release(topic: string): void {
    this.busy.delete(topic);
    this.reconcile(topic);
    this.settle();
  }

  /** Keeps a refused frame for the time after the pause, and sends nothing before. */
  private pauseFor(retryAfter: number, { frame, attempt }: PendingFrame): void {
    const { clock } = this.settings;
    if (isTopicFrame(frame)) {
      this.waiting.unshift({ frame, attempt });
    } else {
      this.pingWaits = true;
    }
    this.limited = true;
    clock.clearTimeout(this.pause);
    this.pause = clock.setTimeout(() => this.resume(), retryAfter * SECOND);
  }

  private resume(): void {
    this.pause = undefined;
    if (this.pingWaits) {
      this.pingWaits = false;
      this.send({ action: 'ping', topics: [...this.subscribed.keys()] });
    }
    this.sendWaiting();
  }

  private answered(sent: PendingFrame, answer: Exclude<ServerFrame, { messages: unknown }>): void {
    if (answer.type === 'error') {
      if (answer.code === 'rate_limited') {
        this.pauseFor(answer.retryAfter ?? 1, sent);
        return;
      }
      if (answer.retryAfter !== undefined || answer.code === 'internal') {
        this.retryLater(sent, answer);
        return;
      }
      this.refuse(sent, answer);
    } else if (answer.type === 'subscribed') {
      const { topic, epoch, sequence, subscription } = answer;
      this.subscribed.set(topic, subscription);
      this.unconfirmed.delete(topic);
      this.owner.head(topic, { epoch, sequence }, true);
    } else if (answer.type === 'unsubscribed') {
      this.subscribed.delete(answer.topic);
      this.unconfirmed.delete(answer.topic);
    } else if (answer.type === 'pong') {
      for (const [topic, position] of Object.entries(answer.positions)) {
        this.owner.head(topic, position, false);
      }
    }
    if (isTopicFrame(sent.frame)) {
      this.release(sent.frame.topic);
    }
  }

  private retryLater({ frame, attempt }: PendingFrame, { retryAfter = 0 }: ErrorFrame): void {
    const { clock, retry } = this.settings;
    this.refs += 1;
    const ref = String(this.refs);
    const timer = clock.setTimeout(
      () => {
        this.pending.delete(ref);
        this.send(frame, attempt + 1);
      },
      retryAfter * SECOND + backoffDelay(attempt, retry, clock.random()),
    );
    this.pending.set(ref, { frame, attempt, timer });
  }

  private refuse({ frame }: PendingFrame, { code, message }: ErrorFrame): void {
    // The authorization expired: a new connection gets a new ticket.
    if (code === 'not_connected' || (code as string) === 'unauthorized') {
      this.end();
    } else {
      const topic = isTopicFrame(frame) ? frame.topic : undefined;
      if (topic) {
        this.refused.add(topic);
        this.subscribed.delete(topic);
      }
      this.owner.refused(new TwinlaneError(code, message, undefined, topic));
    }
  }

  private isSettled(topic: string): boolean {
    return this.refused.has(topic) || (this.subscribed.has(topic) && !this.unconfirmed.has(topic));
  }

  private settle(): void {
    if ([...this.owner.topics().keys()].every((topic) => this.isSettled(topic))) {
      this.owner.settled(this);
    }
  }
}

const isTopicFrame = (frame: ClientFrame): frame is TopicFrame =>
  frame.action === 'subscribe' || frame.action === 'unsubscribe';
