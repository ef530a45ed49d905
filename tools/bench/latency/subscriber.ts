import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Json, PROTOCOL, type ServerFrame } from '../../../client/protocol';

/** Milliseconds after which a message counts as lost. It is pushed again long before. */
const LOST_MS = 20_000;

/** A socket that is subscribed to one topic. */
export class Subscriber {
  private awaited: { readonly data: Json; readonly arrived: (at: number) => void } | undefined;

  private constructor(
    private readonly socket: WebSocket,
    private readonly topic: string,
  ) {
    socket.on('message', (text) => {
      const at = performance.now();
      const frame = JSON.parse(text.toString()) as ServerFrame;
      const messages = frame.type === 'messages' ? frame.messages : frame.type === 'message' ? [frame] : [];
      // A push can be repeated, so earlier messages can arrive again.
      if (this.awaited && messages.some(({ data }) => data === this.awaited?.data)) {
        this.awaited.arrived(at);
      }
    });
  }

  /** Opens a socket, and subscribes. Resolves when all later messages will be pushed to it. */
  static async open(url: string, ticket: string, topic: string): Promise<Subscriber> {
    const socket = new WebSocket(url, [PROTOCOL, `ticket.${ticket}`], { perMessageDeflate: false });
    await once(socket, 'open');
    socket.send(JSON.stringify({ action: 'subscribe', topic }));
    const [text] = await once(socket, 'message');
    const { type } = JSON.parse(text.toString()) as ServerFrame;
    if (type !== 'subscribed') {
      throw new Error(`A subscription must be answered with subscribed, got ${text}`);
    }
    return new Subscriber(socket, topic);
  }

  /** @returns the time at which a message with this data arrives, in milliseconds of `performance.now()`. Throws if it is lost */
  arrival(data: Json): Promise<number> {
    return new Promise((resolve, reject) => {
      const lost = setTimeout(
        () => reject(new Error(`A message of ${this.topic} did not arrive within ${LOST_MS / 1000} s`)),
        LOST_MS,
      );
      this.awaited = {
        data,
        arrived: (at) => {
          clearTimeout(lost);
          this.awaited = undefined;
          resolve(at);
        },
      };
    });
  }

  close(): void {
    this.socket.terminate();
  }
}
