import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type ClientOptions, type Json, type Message, TwinlaneClient } from '../../client';
import type { StartedRunner } from '../support/started-runner';
import { appOf, somebody, type Who } from './caller';
import { Client } from './client';

const open = new Set<TwinlaneClient>();

/** @returns a client of both lanes of an app, for a new subject, with shorter reconnection delays than in a page. */
export function newClient(
  runner: StartedRunner,
  options: Partial<ClientOptions> = {},
): TwinlaneClient<Record<string, Json>> {
  const app = appOf(runner);
  const who = somebody();
  const client = new TwinlaneClient<Record<string, Json>>({
    httpUrl: app.httpUrl,
    webSocketUrl: app.webSocketUrl,
    token: () => app.token(who),
    WebSocket,
    reconnect: { base: 100, cap: 1_000 },
    ...options,
  });
  open.add(client);
  return client;
}

/** Connects a client without the library. Retries until the app accepts the connection. */
export async function newSocket(runner: StartedRunner, who: Who): Promise<Client> {
  for (;;) {
    const client = await Client.connect(appOf(runner), {}, who).catch(() => undefined);
    if (client) {
      return client;
    }
    await pause(50);
  }
}

/** Closes all clients of the library. */
export function closeClients(): void {
  for (const client of open) {
    client.close();
  }
  open.clear();
}

/** Records the messages that a topic's handler receives. */
export class Received {
  readonly messages: Message[] = [];
  private readonly watchers = new Set<() => void>();

  readonly handler = (message: Message): void => {
    this.messages.push(message);
    for (const watcher of this.watchers) {
      watcher();
    }
    this.watchers.clear();
  };

  /** Resolves at the next message. */
  next(): Promise<void> {
    return new Promise((resolve) => this.watchers.add(resolve));
  }

  /** Waits for a sequence. @returns all sequences received so far */
  async until(sequence: number): Promise<number[]> {
    while ((this.messages.at(-1)?.sequence ?? 0) < sequence) {
      await this.next();
    }
    return this.messages.map((message) => message.sequence);
  }
}

/** Resolves when the client enters a state. */
export function becomes(client: TwinlaneClient, wanted: string): Promise<void> {
  return new Promise((resolve) => {
    const off = client.on('connection', ({ status }) => {
      if (status === wanted) {
        off();
        resolve();
      }
    });
  });
}

/** @returns all sequences from 1 to `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
