import type { TwinlaneClient } from '../../../client';
import type { Config } from './config';
import { connectionText } from './connection-text';
import { element } from './elements';

/** Milliseconds in which a dot moves along a lane. */
const MOVE = 600;

/** Drawing of both lanes: their URLs, their state, and a dot for each request and each message. */
export class Lanes {
  private readonly http = element('http-state', HTMLSpanElement);
  private readonly state = element('state', HTMLSpanElement);
  private readonly detail = element('state-detail', HTMLSpanElement);
  private readonly url: string;
  private client: TwinlaneClient | undefined;

  constructor({ http, websocket }: Config) {
    this.url = http;
    element('http-url', HTMLElement).replaceChildren(http);
    element('websocket-url', HTMLElement).replaceChildren(websocket);
    setInterval(() => this.show(), 1_000);
    addEventListener('online', () => this.show());
    addEventListener('offline', () => this.show());
    this.show();
  }

  /** Requests the health of the HTTP lane, to show that it answers. */
  async check(): Promise<void> {
    const start = performance.now();
    this.request();
    try {
      const { ok, status } = await fetch(new URL('/health', this.url), { cache: 'no-store' });
      this.answered(ok ? `Answered in ${Math.round(performance.now() - start)} ms` : `Answered with HTTP ${status}`);
    } catch {
      this.answered('Does not answer');
    }
  }

  begin(client: TwinlaneClient): void {
    this.client = client;
    client.on('connection', () => this.show());
    this.show();
  }

  end(): void {
    this.client = undefined;
    this.show();
  }

  /** Moves a dot to the HTTP lane. */
  request(): void {
    move('http-dot', ['0%', '100%']);
  }

  /** Shows the result of the last request. */
  answered(text: string): void {
    this.http.replaceChildren(text);
  }

  /** Moves a dot from the WebSocket lane to the page. */
  message(): void {
    move('websocket-dot', ['100%', '0%']);
  }

  private show(): void {
    const connection = this.client?.connection;
    const { state, detail } = connection
      ? connectionText(connection, Date.now(), navigator.onLine)
      : { state: 'Not connected. Sign in to connect.', detail: '' };
    // Only a change is announced by screen readers.
    if (this.state.textContent !== state) {
      this.state.replaceChildren(state);
    }
    this.detail.replaceChildren(detail);
    this.state.className = connection?.status ?? 'idle';
  }
}

function move(id: string, left: string[]): void {
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
    element(id, HTMLSpanElement).animate({ left, opacity: ['1', '1'] }, MOVE);
  }
}
