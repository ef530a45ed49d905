import type { Socket } from '../../client';
import type { ClientFrame } from '../../lambda/realtime/protocol';

type Listener = (event: { data: unknown }) => void;

/** A socket without a network. It opens, receives and breaks when it is told to. */
export class FakeSocket implements Socket {
  state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  /** What the server has subscribed it to. */
  readonly topics = new Set<string>();
  readonly sent: ClientFrame[] = [];
  private readonly listeners: { type: string; listener: Listener }[] = [];

  constructor(
    readonly url: string,
    readonly protocols: string[],
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
    this.server(frame, this);
  }

  /** Frames arrive until the other side has closed it, too. */
  close(): void {
    if (this.state !== 'closed') {
      this.state = 'closing';
    }
  }

  open(): void {
    if (this.state === 'opening') {
      this.state = 'open';
      this.happens('open');
    }
  }

  /** The connection ends, without a word from the client. */
  break(): void {
    if (this.state !== 'closed') {
      this.state = 'closed';
      queueMicrotask(() => this.happens('close'));
    }
  }

  receive(frame: object): void {
    this.receiveText(JSON.stringify(frame));
  }

  /** An empty text is nothing. */
  receiveText(data: string): void {
    if ((this.state === 'open' || this.state === 'closing') && data) {
      this.happens('message', data);
    }
  }

  private happens(type: string, data?: unknown): void {
    for (const each of this.listeners.filter((one) => one.type === type)) {
      each.listener({ data });
    }
  }
}
