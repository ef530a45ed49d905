import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Running, start, type StartOptions } from '../../local';
import { pauseBefore } from './pause';
import { Subscriber } from './subscriber';

/** Topics, and sockets of each. */
const TOPICS = 20;
const SOCKETS = 3;

/** Times of one message, in milliseconds from the start of its POST. */
export interface Times {
  /** Until the response to the publisher. */
  readonly acknowledged: number;
  /** Until the frame arrived at the last socket of the topic. */
  readonly pushed: number;
}

interface Topic {
  readonly name: string;
  readonly subscribers: readonly Subscriber[];
  /** Time of the last publish, in milliseconds of `performance.now()`. */
  publishedAt: number;
}

/** An app of the local run, with sockets that are subscribed to its topics. */
export class MeasuredApp {
  private published = 0;

  private constructor(
    private readonly app: Running,
    private readonly topics: readonly Topic[],
    private readonly token: string,
  ) {}

  /** Starts the app, opens its sockets, and publishes to each topic, so that no later message waits for a function that starts. */
  static async start(assembly: string, latency: StartOptions['latency']): Promise<MeasuredApp> {
    const app = await start({ assembly, latency });
    try {
      const topics: Topic[] = [];
      for (let count = 0; count < TOPICS; count += 1) {
        const name = `latency:${randomUUID()}`;
        const subscribers = await Promise.all(Array.from({ length: SOCKETS }, () => subscribed(app, name)));
        topics.push({ name, subscribers, publishedAt: Number.NEGATIVE_INFINITY });
      }
      const measured = new MeasuredApp(app, topics, await newToken(app));
      await measured.round(TOPICS);
      return measured;
    } catch (error) {
      await app.stop(true);
      throw error;
    }
  }

  /** Publishes messages one after the other, each to the topic that has been quiet for the longest time. */
  async round(publishes: number): Promise<Times[]> {
    const times: Times[] = [];
    for (let count = 0; count < publishes; count += 1) {
      const topic = this.topics[this.published % TOPICS] as Topic;
      await sleep(pauseBefore(performance.now() - topic.publishedAt, Math.random()));
      times.push(await this.publish(topic));
    }
    return times;
  }

  async stop(): Promise<void> {
    for (const subscriber of this.topics.flatMap(({ subscribers }) => subscribers)) {
      subscriber.close();
    }
    await this.app.stop();
  }

  private async publish(topic: Topic): Promise<Times> {
    this.published += 1;
    const data = this.published;
    const arrivals = Promise.all(topic.subscribers.map((subscriber) => subscriber.arrival(data)));
    const sent = performance.now();
    topic.publishedAt = sent;
    const acknowledged = post(`${this.app.urls.http}/v1/topics/${topic.name}/messages`, this.token, { data }).then(() =>
      performance.now(),
    );
    const [answered, arrived] = await Promise.all([acknowledged, arrivals]);
    return { acknowledged: answered - sent, pushed: Math.max(...arrived) - sent };
  }
}

async function subscribed({ urls }: Running, topic: string): Promise<Subscriber> {
  const token = await newToken({ urls });
  const { ticket } = (await post(`${urls.http}/v1/tickets`, token)) as { ticket: string };
  return Subscriber.open(String(urls.websocket), ticket, topic);
}

/** @returns a token of a new subject, because the sockets of a subject are limited */
async function newToken({ urls }: Pick<Running, 'urls'>): Promise<string> {
  const response = await fetch(`${urls.token}?subject=${randomUUID()}&tenant=bench`);
  return ((await response.json()) as { id_token: string }).id_token;
}

/** @returns the body of the response. Throws if its status is not 201 */
async function post(url: string, token: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.status !== 201) {
    throw new Error(`POST ${url} must return 201, got ${response.status}: ${await response.text()}`);
  }
  return response.json();
}
