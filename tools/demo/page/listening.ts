import type { Subscription, TwinlaneClient } from '../../../client';
import { element, make, onSubmit } from './elements';
import { MessageLog } from './messages';
import { topicOf } from './topic';

/** Part of the page that subscribes to topics and shows their messages. */
export class Listening {
  private readonly topic = element('subscribe-topic', HTMLInputElement);
  private readonly list = element('subscriptions', HTMLUListElement);
  private readonly messages = new MessageLog(element('messages', HTMLDivElement));
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(client: () => TwinlaneClient) {
    onSubmit(element('subscribe', HTMLFormElement), () => this.subscribe(client()));
  }

  /** @param client - client of the new session */
  begin(client: TwinlaneClient): void {
    client.on('recovered', ({ topic, recovered }) => {
      if (!recovered) {
        this.messages.note(`Some messages of ${topic} are no longer stored. Newer messages follow.`);
      }
    });
    client.on('error', ({ topic }) => topic && this.remove(topic));
  }

  end(): void {
    this.subscriptions.clear();
    this.list.replaceChildren();
    this.messages.clear();
  }

  private subscribe(client: TwinlaneClient): void {
    const topic = topicOf(this.topic);
    if (this.subscriptions.has(topic)) {
      this.messages.note(`Already subscribed to ${topic}`);
      return;
    }
    const subscription = client.subscribe(topic, (message) => this.messages.message(message));
    this.subscriptions.set(topic, subscription);
    const stop = make(
      'button',
      { type: 'button', className: 'quiet', ariaLabel: `Unsubscribe from ${topic}` },
      'Unsubscribe',
    );
    const item = make('li', { className: 'pending' }, make('span', {}, topic), stop);
    item.dataset.topic = topic;
    stop.addEventListener('click', () => {
      this.remove(topic);
      this.topic.focus();
    });
    this.list.append(item);
    subscription.ready.then(
      () => {
        item.className = '';
        this.messages.note(`Subscribed to ${topic}`);
      },
      () => undefined,
    );
  }

  private remove(topic: string): void {
    this.subscriptions.get(topic)?.unsubscribe();
    this.subscriptions.delete(topic);
    [...this.list.children].find((item) => (item as HTMLElement).dataset.topic === topic)?.remove();
  }
}
