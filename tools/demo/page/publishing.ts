import { TwinlaneError, type TwinlaneClient } from '../../../client';
import { dataOf } from './data';
import { element, make, onSubmit } from './elements';
import { readFields } from './fields';
import type { Lanes } from './lanes';
import { sentence } from './sentence';
import { topicOf } from './topic';

/** Milliseconds without an answer after which the page says that the message waits. */
const PATIENCE = 1_000;

/** Maximum number of messages whose state is shown. */
const MOST = 5;

/** Part of the page that publishes messages. It shows each one's state, so the form is free for the next message. */
export class Publishing {
  private readonly topic = element('publish-topic', HTMLInputElement);
  private readonly data = element('data', HTMLTextAreaElement);
  private readonly published = element('published', HTMLDivElement);

  constructor(
    client: () => TwinlaneClient,
    private readonly lanes: Lanes,
  ) {
    onSubmit(element('publish', HTMLFormElement), () => {
      const { topic, data } = readFields({ topic: () => topicOf(this.topic), data: () => dataOf(this.data) });
      void this.publish(client(), topic, data);
    });
  }

  end(): void {
    this.published.replaceChildren();
  }

  private async publish(client: TwinlaneClient, topic: string, data: ReturnType<typeof dataOf>): Promise<void> {
    const line = make('p');
    this.published.prepend(line);
    while (this.published.childElementCount > MOST) {
      this.published.lastElementChild?.remove();
    }
    const show = (text: string) => line.replaceChildren(text);
    const wait = () => show(`Publishing to ${topic}… ${waiting(navigator.onLine)}`);
    const start = performance.now();
    const timer = setTimeout(wait, PATIENCE);
    addEventListener('online', wait);
    addEventListener('offline', wait);
    if (navigator.onLine) {
      show(`Publishing to ${topic}…`);
    } else {
      wait();
    }
    this.lanes.request();
    try {
      const { sequence } = await client.publish(topic, data);
      const took = `${Math.round(performance.now() - start)} ms`;
      show(`Published message ${sequence} of topic ${topic} in ${took}`);
      this.lanes.answered(`Published in ${took}`);
    } catch (error) {
      line.className = 'problem';
      show(failure(topic, error));
    } finally {
      clearTimeout(timer);
      removeEventListener('online', wait);
      removeEventListener('offline', wait);
    }
  }
}

function waiting(online: boolean): string {
  return online
    ? 'Waiting for the network, trying again.'
    : 'This device is offline. The message is sent when the network is back.';
}

function failure(topic: string, error: unknown): string {
  const unknown = TwinlaneError.is(error) && error.published === 'unknown';
  const outcome = unknown ? 'It is not known whether the message was published' : 'The message was not published';
  return `${outcome} to ${topic}. ${sentence((error as Error).message)}`;
}
