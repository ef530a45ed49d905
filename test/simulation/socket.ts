import type { Socket } from '../../client';

type Listener = (event: { data: unknown; code: undefined }) => void;

/** The other side of a socket. */
interface Peer {
  send(text: string): void;
  close(): void;
}

/** Socket of a client. Its peer receives frames and calls opened(), received() and ended(). */
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

  /** Starts to close. Frames that were sent before still arrive. */
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
      this.emit('open');
    } else {
      peer.close();
    }
  }

  received(text: string): void {
    if (this.state !== 'closed') {
      this.emit('message', text);
    }
  }

  ended(): void {
    if (this.state !== 'closed') {
      this.state = 'closed';
      this.emit('close');
    }
  }

  private emit(type: string, data?: unknown): void {
    for (const each of this.listeners.filter((one) => one.type === type)) {
      each.listener({ data, code: undefined });
    }
  }
}
