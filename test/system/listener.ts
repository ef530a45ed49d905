import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { type App, newSocket } from './caller';

interface Frame {
  readonly type: string;
  readonly ref?: string;
  readonly id?: string;
  readonly sequence?: number;
}

/** A client of the socket that keeps what arrives, each message for itself, and can wait for more. */
export class Listener {
  readonly frames: Frame[] = [];
  /** The code that the socket closes with. */
  readonly closed: Promise<number>;
  private readonly watchers = new Set<() => void>();
  private asked = 0;

  private constructor(readonly socket: WebSocket) {
    this.closed = once(socket, 'close').then(([code]) => code);
    // A broken connection shows as its close.
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

  /** @returns the answer to a frame. */
  ask(frame: object): Promise<Frame> {
    this.asked += 1;
    const ref = `${this.asked}`;
    this.socket.send(JSON.stringify({ ...frame, ref }));
    return this.receives((answer) => answer.ref === ref);
  }

  /** @returns the first frame that is so, as soon as there is one. */
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
