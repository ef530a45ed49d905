import type { Socket } from '../../client';
import type { ClientFrame } from '../../client/protocol';

type Listener = (event: { data: unknown; code: number | undefined }) => void;

/** A socket without a network, which a test opens and breaks and through which it sends frames to the client. */
export class FakeSocket implements Socket {
  state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  /** Topics that the server has subscribed it to. */
  readonly topics = new Set<string>();
  /** Ids of the subscriptions by topic. */
  readonly subscriptions = new Map<string, string>();
  readonly sent: ClientFrame[] = [];
  /** Time of the last frame in either direction. */
  activeAt = 0;
  private readonly listeners: { type: string; listener: Listener }[] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
    private readonly clock: { now(): number },
    private readonly server: (frame: ClientFrame, socket: FakeSocket) => void,
  ) {}

  addEventListener(type: string, listener: Listener): void {
    this.listeners.push({ type, listener });
  }

  send(text: string): void {
    if (this.state !== 'open') {
      throw new Error(`The socket is ${this.state}`);
    }
    const frame = JSON.parse(text) as ClientFrame;
    this.sent.push(frame);
    this.activeAt = this.clock.now();
    this.server(frame, this);
  }

  /** Starts to close. Frames still arrive until the server has closed it, too. */
  close(): void {
    if (this.state !== 'closed') {
      this.state = 'closing';
    }
  }

  open(): void {
    if (this.state === 'opening') {
      this.state = 'open';
      this.activeAt = this.clock.now();
      this.emit('open');
    }
  }

  /** Breaks the connection. @param code of the close event; undefined in some versions of React Native */
  break(code?: number): void {
    if (this.state !== 'closed') {
      this.state = 'closed';
      queueMicrotask(() => this.emit('close', undefined, code));
    }
  }

  receive(frame: object): void {
    this.receiveText(JSON.stringify(frame));
  }

  /** Ignores an empty text. */
  receiveText(data: string): void {
    if ((this.state === 'open' || this.state === 'closing') && data) {
      this.activeAt = this.clock.now();
      this.emit('message', data);
    }
  }

  private emit(type: string, data?: unknown, code?: number): void {
    for (const each of this.listeners.filter((one) => one.type === type)) {
      each.listener({ data, code });
    }
  }
}
