import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';
import type { ClientFrame, Message, ServerFrame } from '../../client/protocol';
import { type App, newSocket, type Who } from './caller';

/** A client of the protocol, on a real socket. */
export class Client {
  private static readonly all = new Set<Client>();
  /** Every frame so far, in the order of arrival. */
  readonly frames: ServerFrame[] = [];
  /** The code with which the connection closes. */
  readonly closed: Promise<number>;
  private readonly watchers = new Set<() => void>();
  private refs = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(data.toString()));
      for (const watcher of this.watchers) {
        watcher();
      }
      this.watchers.clear();
    });
    // A test notices an error by the close, or by a timeout while it waits for a frame.
    socket.on('error', () => socket.terminate());
    this.closed = once(socket, 'close').then(([code]) => code);
    Client.all.add(this);
  }

  /** Opens a connection with a new ticket, by default of a new subject. */
  static async connect(app: App, options: ClientOptions = {}, who?: Who): Promise<Client> {
    const socket = await newSocket(app, options, who);
    await once(socket, 'open');
    return new Client(socket);
  }

  /** Opens a connection with these subprotocols. Rejects with the status of the response if the handshake is refused. */
  static async open(app: App, protocols: readonly string[], options: ClientOptions = {}): Promise<Client> {
    const socket = new WebSocket(app.webSocketUrl, [...protocols], options);
    await new Promise<void>((opened, fail) => {
      socket.once('open', opened);
      socket.once('unexpected-response', (_, response) => {
        response.resume();
        fail(response.statusCode);
      });
    });
    return new Client(socket);
  }

  /** Closes all clients. Resolves when they are closed. */
  static async closeAll(): Promise<void> {
    await Promise.all(
      [...Client.all].map(async (client) => {
        client.socket.close();
        await client.closed;
      }),
    );
    Client.all.clear();
  }

  /** Sends a frame with a new `ref`. @returns its answer */
  ask(frame: ClientFrame): Promise<ServerFrame> {
    this.refs += 1;
    const ref = `${this.refs}`;
    this.socket.send(JSON.stringify({ ...frame, ref }));
    return this.first((answer) => 'ref' in answer && answer.ref === ref);
  }

  /**
   * Subscribes as soon as the rate limit allows it. Of the connections of a subject, 20 start with a full bucket at once, and then
   * one a second.
   */
  async subscribe(topic: string): Promise<void> {
    for (;;) {
      const answer = await this.ask({ action: 'subscribe', topic });
      if (!('retryAfter' in answer)) {
        expect(answer).toMatchObject({ type: 'subscribed', topic });
        return;
      }
      await pause(Number(answer.retryAfter) * 1000);
    }
  }

  /** Sends a text. @returns the next frame that arrives */
  say(text: string): Promise<ServerFrame> {
    const before = this.frames.length;
    this.socket.send(text);
    return this.until(() => this.frames[before]);
  }

  /** Messages pushed so far, in single or combined frames, in the order of arrival. */
  get messages(): Message[] {
    return this.frames.flatMap((frame) => {
      if (frame.type === 'messages') {
        return frame.messages;
      }
      const { type, ...message } = frame;
      return type === 'message' ? [message as Message] : [];
    });
  }

  /** Waits for a number of messages of a topic. @returns the messages without duplicates, sorted by sequence */
  pushed(topic: string, count = 1): Promise<Message[]> {
    return this.until(() => {
      const messages = this.messages.filter((message) => message.topic === topic);
      const bySequence = new Map(messages.map((message) => [message.sequence, message]));
      return bySequence.size >= count ? [...bySequence.values()].sort((a, b) => a.sequence - b.sequence) : undefined;
    });
  }

  first(matches: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    return this.until(() => this.frames.find(matches));
  }

  /** Calls `look` now and after every frame. @returns its first result other than undefined */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const value = look();
      if (value !== undefined) {
        return value;
      }
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }
}

/** @returns a new topic. */
export function newTopic(): string {
  return `contract:${randomUUID()}`;
}

/** @returns the status of the response to a handshake: 101 if it succeeds. */
export function refused(app: App, protocols: readonly string[], options?: ClientOptions): Promise<number> {
  return Client.open(app, protocols, options).then(() => 101, Number);
}
