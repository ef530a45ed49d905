import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { type App, newSocket } from './caller';

interface Frame {
  readonly type: string;
  readonly ref?: string;
  readonly topic?: string;
  readonly id?: string;
  readonly sequence?: number;
}

/** A WebSocket client that records received frames. A combined frame is recorded as separate messages. */
export class Listener {
  readonly frames: Frame[] = [];
  /** Close code of the socket. */
  readonly closed: Promise<number>;
  private readonly watchers = new Set<() => void>();
  private asked = 0;

  private constructor(readonly socket: WebSocket) {
    this.closed = once(socket, 'close').then(([code]) => code);
    // A test notices an error by the close.
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Frame & { readonly messages?: readonly Omit<Frame, 'type'>[] };
      this.frames.push(...(frame.messages?.map((message) => ({ type: 'message', ...message })) ?? [frame]));
      for (const watcher of this.watchers) {
        watcher();
      }
      this.watchers.clear();
    });
  }

  /** Rejects if the handshake is refused. */
  static async connect(app: App): Promise<Listener> {
    const socket = await newSocket(app);
    await once(socket, 'open');
    return new Listener(socket);
  }

  /** Sends a frame with a new `ref`. @returns its answer */
  ask(frame: object): Promise<Frame> {
    this.asked += 1;
    const ref = `${this.asked}`;
    this.socket.send(JSON.stringify({ ...frame, ref }));
    return this.receives((answer) => answer.ref === ref);
  }

  /** Waits for a matching frame, including those already received. @returns the first one */
  async receives(matches: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(matches);
      if (found) {
        return found;
      }
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
