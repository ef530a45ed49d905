import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { block } from '../api';
import type { PlantedOptions } from './options';

/** The WebSockets of a planted server. */
export class PlantedSockets {
  private readonly server = new WebSocketServer({ noServer: true });
  private imported = false;
  /** Times of the frames of the last second. */
  private recent: number[] = [];

  constructor(private readonly options: PlantedOptions) {
    this.server.on('connection', (socket) => socket.on('message', (frame) => this.receive(socket, frame.toString())));
  }

  /** Answers the handshake. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { socketImport, perHandshake } = this.options;
    if (socketImport !== undefined && !this.imported) {
      this.imported = true;
      block(socketImport);
    }
    if (perHandshake !== undefined) {
      block(perHandshake);
    }
    this.server.handleUpgrade(request, socket, head, (opened) => {
      if (this.options.frames === 'unread') {
        opened.pause();
      }
      this.server.emit('connection', opened, request);
    });
  }

  private receive(socket: WebSocket, frame: string): void {
    const { dropsFrames, perFrame, frames = 'echo', perRecipient } = this.options;
    const now = performance.now();
    this.recent = [...this.recent.filter((time) => time > now - 1000), now];
    if (dropsFrames !== undefined && this.recent.length > dropsFrames) {
      socket.close(1008, 'Too many frames');
      return;
    }
    if (perFrame !== undefined) {
      block(perFrame);
    }
    if (frames === 'echo') {
      socket.send(frame);
    } else if (frames === 'broadcast') {
      for (const client of this.server.clients) {
        if (perRecipient !== undefined) {
          block(perRecipient);
        }
        client.send(frame);
      }
    }
  }
}
