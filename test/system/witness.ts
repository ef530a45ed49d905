import { setTimeout as pause } from 'node:timers/promises';
import { type TwinlaneClient, TwinlaneError } from '../../client';
import { type Json, type Message, type Position, START } from '../../client/protocol';
import type { Event, Happening, History } from '../simulation/history';
import type { Client } from './client';

/** Milliseconds to wait for an answer. If a function fails, no answer has the frame's `ref`. */
const ANSWER_TIMEOUT = 5_000;

/** Default retention of messages, in milliseconds. */
const RETENTION = 24 * 3_600_000;

/** Records the actions and observations of clients for the checker. */
export class HistoryRecorder {
  private readonly events: Event[] = [];
  private readonly readers: { name: string; topic: string; position: () => Position | undefined }[] = [];
  private readonly watchers = new Set<() => void>();
  private acknowledged = 0;

  /** Subscribes to topics and records all events. */
  reads(name: string, client: TwinlaneClient<Record<string, Json>>, topics: readonly string[], after?: Position): void {
    const readerOf = (topic: string) => `${name} of ${topic}`;
    client.on('error', (error) => this.happens({ type: 'failed', where: name, error }));
    client.on('recovered', ({ topic, recovered, epoch, sequence }) =>
      this.happens({ type: 'recovered', reader: readerOf(topic), recovered, position: { epoch, sequence } }),
    );
    for (const topic of topics) {
      const reader = readerOf(topic);
      this.happens({ type: 'subscribed', reader, topic, after });
      const handler = (message: Message) => this.happens({ type: 'handled', reader, message });
      const subscription = client.subscribe(topic, handler, { after });
      this.readers.push({ name: reader, topic, position: () => subscription.position });
      subscription.ready.then(
        (position) => this.happens({ type: 'ready', reader, position }),
        () => undefined,
      );
    }
  }

  /** Publishes over HTTP. The library retries. */
  async publishes(by: string, client: TwinlaneClient<Record<string, Json>>, topic: string, id: string): Promise<void> {
    const data = `${by}: ${id}`;
    this.happens({ type: 'published', by, topic, id, data });
    try {
      this.happens({ type: 'acknowledged', by, data, answer: await client.publish(topic, data, { id }) });
    } catch (error) {
      if (!(error instanceof TwinlaneError)) {
        throw error;
      }
      this.happens({ type: 'refused', by, topic, id, data, code: error.code });
    }
  }

  /** Publishes over a socket. @returns whether the caller must retry with a new socket */
  async sends(by: string, socket: Client, topic: string, id: string): Promise<boolean> {
    const data = `${by}: ${id}`;
    this.happens({ type: 'published', by, topic, id, data });
    const answered = socket.ask({ action: 'publish', topic, data, id });
    const answer = await Promise.race([answered, socket.closed, pause(ANSWER_TIMEOUT, undefined, { ref: false })]);
    if (typeof answer !== 'object') {
      this.happens({ type: 'refused', by, topic, id, data, code: 'unavailable' });
    } else if (answer.type === 'published') {
      const { type: _, ref: __, ...published } = answer;
      this.happens({ type: 'acknowledged', by, data, answer: published });
      return false;
    } else if (answer.type === 'error') {
      this.happens({ type: 'refused', by, topic, id, data, code: answer.code });
    }
    return true;
  }

  /** Resolves when `count` more messages have been acknowledged. */
  async acknowledges(count: number): Promise<void> {
    const last = this.acknowledged + count;
    while (this.acknowledged < last) {
      await this.next();
    }
  }

  /** Waits up to `within` milliseconds until every reader is at the head of its topic. @returns the history for the checker */
  async history(client: TwinlaneClient<Record<string, Json>>, within: number): Promise<History> {
    const topics = [...new Set(this.readers.map(({ topic }) => topic))];
    const pages = await Promise.all(topics.map((topic) => wholeOf(client, topic)));
    const heads = Object.fromEntries(pages.map(({ topic, head }) => [topic, head]));
    const log = pages.flatMap(({ messages }) => messages);
    const over = pause(within, true, { ref: false });
    const arrived = () =>
      this.readers.every(({ topic, position }) => (position()?.sequence ?? 0) >= (heads[topic]?.sequence ?? 0));
    for (let late: boolean | undefined = false; !late && !arrived();) {
      late = await Promise.race([over, this.next()]);
    }
    const committed = log.map((message): Event => ({
      at: Date.parse(message.publishedAt),
      type: 'committed',
      message,
    }));
    return { events: [...committed, ...this.events], end: Date.now(), log, heads, retention: RETENTION };
  }

  /** Resolves at the next event. */
  private next(): Promise<undefined> {
    return new Promise((resolve) => this.watchers.add(() => resolve(undefined)));
  }

  private happens(happening: Happening): void {
    this.events.push({ at: Date.now(), ...happening });
    if (happening.type === 'acknowledged') {
      this.acknowledged += 1;
    }
    for (const watcher of this.watchers) {
      watcher();
    }
    this.watchers.clear();
  }
}

/** @returns all messages and the head of a topic. */
async function wholeOf(client: TwinlaneClient<Record<string, Json>>, topic: string) {
  const messages: Message[] = [];
  for await (const message of client.history(topic)) {
    messages.push(message);
  }
  const { epoch, sequence } = messages.at(-1) ?? START;
  return { topic, head: { epoch, sequence }, messages };
}
