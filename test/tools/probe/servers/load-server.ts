import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { api, block, serve } from './api';

/** Faults of the server, all optional. */
export interface LoadFaults {
  /** Milliseconds for which each request waits, without blocking. */
  readonly always?: number;
  /** Milliseconds for which each frame blocks the event loop. */
  readonly perFrame?: number;
  /** Milliseconds for which each frame blocks the event loop, for each open socket. */
  readonly perListener?: number;
  /** Milliseconds for which each handshake blocks the event loop. */
  readonly perHandshake?: number;
  /** Number of workers. A request occupies one until it is answered, and a socket while it is open. */
  readonly pool?: number;
  /** Number of workers. Each connection occupies one while it is open, before its first byte, too. */
  readonly accept?: number;
  /** Number of frames after which the server closes a socket. */
  readonly dropAfter?: number;
  /** True to answer no frame. */
  readonly mute?: boolean;
  /** True to ignore frames and pings: the socket is paused after the handshake. */
  readonly deaf?: boolean;
}

const faults: LoadFaults = JSON.parse(process.argv[2] ?? '{}');

/** Workers that are taken and given back. */
class Workers {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take(): Promise<void> {
    if (this.free > 0) {
      this.free--;
    } else {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  giveBack(): void {
    const next = this.waiting.shift();
    if (next) {
      next();
    } else {
      this.free++;
    }
  }
}

const pool = new Workers(faults.pool ?? Number.POSITIVE_INFINITY);
const http = createServer(async (request, response) => {
  await pool.take();
  if (faults.accept !== undefined) {
    response.setHeader('Connection', 'close');
  }
  setTimeout(() => {
    api(request, response);
    pool.giveBack();
  }, faults.always ?? 0);
});
const sockets = new WebSocketServer({ noServer: true });
http.on('upgrade', async (request, socket, head) => {
  block(faults.perHandshake ?? 0);
  await pool.take();
  if (socket.destroyed) {
    pool.giveBack();
    return;
  }
  socket.once('close', () => pool.giveBack());
  sockets.handleUpgrade(request, socket, head, (opened) => {
    if (faults.deaf) {
      opened.pause();
    }
    let frames = 0;
    opened.on('message', (frame) => {
      frames++;
      if (frames === faults.dropAfter) {
        opened.close(1008, 'too many frames');
        return;
      }
      block((faults.perFrame ?? 0) + (faults.perListener ?? 0) * sockets.clients.size);
      if (!faults.mute) {
        opened.send(frame.toString());
      }
    });
  });
});

if (faults.accept === undefined) {
  serve(http);
} else {
  const acceptors = new Workers(faults.accept);
  const accepting = createTcpServer({ pauseOnConnect: true }, async (socket: Socket) => {
    socket.on('error', () => undefined);
    await acceptors.take();
    socket.once('close', () => acceptors.giveBack());
    socket.resume();
    http.emit('connection', socket);
  });
  serve(accepting);
}
