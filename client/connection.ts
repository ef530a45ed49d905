import { backoffDelay } from '../lambda/realtime/backoff';
import {
  type ClientFrame,
  type ErrorFrame,
  type Message,
  type Position,
  PROTOCOL,
  type ServerFrame,
} from '../lambda/realtime/protocol';
import { TwinlaneError } from './error';
import type { Settings, Socket } from './settings';

/** What a connection asks, and what it tells. */
export interface ConnectionOwner {
  /** The topics to be subscribed to. */
  topics(): ReadonlyMap<string, unknown>;
  opened(connection: Connection): void;
  /** Each of the topics is subscribed to, or refused. */
  settled(connection: Connection): void;
  /** It ended, by whichever side; nothing follows. */
  ended(connection: Connection): void;
  message(message: Message): void;
  /** @param subscribed whether everything after the position is pushed from now on; otherwise it answers a ping. */
  position(topic: string, position: Position, subscribed: boolean): void;
  refused(error: TwinlaneError): void;
}

/** A frame without its answer. */
interface Question {
  frame: ClientFrame;
  attempt: number;
  /** Sends it again, or ends the connection. */
  timer: unknown;
}

/**
 * One socket. Keeps what the server is subscribed to as its owner wants it, one frame of a topic at a time: answers come
 * in any order. It ends when the other side is gone, also without a close.
 */
export class Connection {
  /** When it opened, in milliseconds since 1970. */
  openedAt: number | undefined;
  private readonly socket: Socket;
  private readonly questions = new Map<string, Question>();
  private readonly subscribed = new Set<string>();
  private readonly refused = new Set<string>();
  /** Topics of the questions. */
  private readonly busy = new Set<string>();
  private refs = 0;
  private heard = 0;
  /** Waits for the handshake, then for the next ping, then for the end. */
  private timer: unknown;
  private done = false;

  /** @param ticket lets it in, if clients are authenticated. */
  constructor(
    private readonly settings: Settings,
    private readonly owner: ConnectionOwner,
    ticket: string | undefined,
  ) {
    const { WebSocket, websocket, clock, answerWithin } = settings;
    this.socket = new WebSocket(websocket, ticket ? [PROTOCOL, `ticket.${ticket}`] : [PROTOCOL]);
    this.socket.addEventListener('open', () => this.done || this.open());
    this.socket.addEventListener('message', ({ data }) => this.done || this.receive(JSON.parse(String(data))));
    this.socket.addEventListener('error', () => this.end());
    this.socket.addEventListener('close', () => this.end());
    this.timer = clock.setTimeout(() => this.end(), answerWithin);
  }

  /** Subscribes, also once more: the answer says where the topic stands. */
  subscribe(topic: string): void {
    this.subscribed.delete(topic);
    this.refused.delete(topic);
    this.reconcile(topic);
  }

  /** Does what is left to do for a topic to be as it is wanted. */
  reconcile(topic: string): void {
    if (this.openedAt === undefined || this.done || this.busy.has(topic)) {
      return;
    }
    const wanted = this.owner.topics().has(topic);
    if (wanted && !this.subscribed.has(topic) && !this.refused.has(topic)) {
      this.ask({ action: 'subscribe', topic });
    } else if (!wanted && this.subscribed.has(topic)) {
      this.ask({ action: 'unsubscribe', topic });
    }
  }

  /** Asks where the topics stand, now and then every few minutes. */
  ping(): void {
    const { clock, pingEvery } = this.settings;
    clock.clearTimeout(this.timer);
    this.timer = clock.setTimeout(() => this.ping(), pingEvery * (0.8 + 0.4 * clock.random()));
    this.ask({ action: 'ping', topics: [...this.subscribed] });
  }

  /** Another has taken its place: it asks no more, and hears what is on its way. */
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
    for (const { timer } of this.questions.values()) {
      clock.clearTimeout(timer);
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

  private ask(frame: ClientFrame, attempt = 1): void {
    const { clock, answerWithin } = this.settings;
    this.refs += 1;
    const ref = String(this.refs);
    const { heard } = this;
    const timer = clock.setTimeout(() => {
      // The function may have failed where the rest of the connection works.
      if (this.heard > heard) {
        this.questions.delete(ref);
        this.ask(frame, attempt + 1);
      } else {
        this.end();
      }
    }, answerWithin);
    this.questions.set(ref, { frame, attempt, timer });
    if ('topic' in frame) {
      this.busy.add(frame.topic);
    }
    this.socket.send(JSON.stringify({ ...frame, ref }));
  }

  private receive(frame: ServerFrame): void {
    this.heard += 1;
    if (frame.type === 'message') {
      const { type: _, ...message } = frame;
      this.owner.message(message);
    } else if (frame.type === 'messages') {
      for (const message of frame.messages) {
        this.owner.message(message);
      }
    } else {
      const question = this.questions.get(frame.ref ?? '');
      if (question) {
        this.settings.clock.clearTimeout(question.timer);
        this.questions.delete(frame.ref ?? '');
        this.answered(question, frame);
      }
    }
  }

  private answered(question: Question, answer: Exclude<ServerFrame, { messages: unknown }>): void {
    if (answer.type === 'error') {
      if (answer.retryAfter !== undefined || answer.code === 'internal') {
        this.postpone(question, answer);
        return;
      }
      this.refuse(question, answer);
    } else if (answer.type === 'subscribed') {
      const { topic, epoch, sequence } = answer;
      this.subscribed.add(topic);
      this.owner.position(topic, { epoch, sequence }, true);
    } else if (answer.type === 'unsubscribed') {
      this.subscribed.delete(answer.topic);
    } else if (answer.type === 'pong') {
      for (const [topic, position] of Object.entries(answer.positions)) {
        this.owner.position(topic, position, false);
      }
    }
    if ('topic' in question.frame) {
      this.busy.delete(question.frame.topic);
      this.reconcile(question.frame.topic);
      this.settle();
    }
  }

  private postpone({ frame, attempt }: Question, { retryAfter = 0 }: ErrorFrame): void {
    const { clock, retry } = this.settings;
    this.refs += 1;
    const ref = String(this.refs);
    const timer = clock.setTimeout(
      () => {
        this.questions.delete(ref);
        this.ask(frame, attempt + 1);
      },
      retryAfter * 1000 + backoffDelay(attempt, retry, clock.random()),
    );
    this.questions.set(ref, { frame, attempt, timer });
  }

  private refuse({ frame }: Question, { code, message }: ErrorFrame): void {
    // Authorization ends while connected; another connection begins with another ticket.
    if (code === 'not_connected' || (code as string) === 'unauthorized') {
      this.end();
    } else {
      const topic = 'topic' in frame ? frame.topic : undefined;
      if (topic) {
        this.refused.add(topic);
      }
      this.owner.refused(new TwinlaneError(code, message, undefined, topic));
    }
  }

  private settle(): void {
    if ([...this.owner.topics().keys()].every((topic) => this.subscribed.has(topic) || this.refused.has(topic))) {
      this.owner.settled(this);
    }
  }
}
