import type { Socket } from '../../client';

type Listener = (event: { data: unknown }) => void;

/** The other side of a socket. */
interface Peer {
  send(text: string): void;
  close(): void;
}

/** A client's socket. What it says goes to its peer, who tells it what happens. */
export class SimulatedSocket implements Socket {
  private readonly listeners: { type: string; listener: Listener }[] = [];
  private peer: Peer | undefined;
  private state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';

  addEventListener(type: string, listener: Listener): void {
    this.listeners.push({ type, listener });
  }

  send(text: string): void {
    this.peer?.send(text);
  }

  /** Frames that were sent before still arrive. */
  close(): void {
    if (this.state !== 'closed') {
      this.state = 'closing';
      this.peer?.close();
    }
  }

  opened(peer: Peer): void {
    this.peer = peer;
    if (this.state === 'opening') {
      this.state = 'open';
      this.happens('open');
    } else {
      peer.close();
    }
  }

  received(text: string): void {
    if (this.state !== 'closed') {
      this.happens('message', text);
    }
  }

  ended(): void {
    if (this.state !== 'closed') {
      this.state = 'closed';
      this.happens('close');
    }
  }

  private happens(type: string, data?: unknown): void {
    for (const each of this.listeners.filter((one) => one.type === type)) {
      each.listener({ data });
    }
  }
}
