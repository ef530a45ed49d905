import type { Message, Position, Subscription, TwinlaneClient } from '../../../client';
import { element, make, onSubmit } from './elements';
import type { Kept } from './kept';
import type { Lanes } from './lanes';
import { MessageLog } from './messages';
import { topicOf } from './topic';

/** Part of the page that subscribes to topics and shows their messages. */
export class Listening {
  private readonly form = element('subscribe', HTMLFormElement);
  private readonly topic = element('subscribe-topic', HTMLInputElement);
  private readonly list = element('subscriptions', HTMLUListElement);
  private readonly messages = new MessageLog(element('messages', HTMLDivElement));
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(
    client: () => TwinlaneClient,
    private readonly kept: Kept,
    private readonly lanes: Lanes,
  ) {
    onSubmit(this.form, () => this.subscribe(client(), topicOf(this.topic)));
  }

  /** Subscribes to the topics that the tab has kept. */
  begin(client: TwinlaneClient): void {
    client.on('recovered', ({ topic, recovered }) => {
      if (!recovered) {
        this.messages.note(`Some messages of ${topic} are no longer stored. Newer messages follow.`);
      }
    });
    client.on('error', ({ topic }) => topic && this.remove(topic));
    for (const [topic, after] of this.kept.topics) {
      this.subscribe(client, topic, after);
    }
  }

  end(): void {
    this.subscriptions.clear();
    this.list.replaceChildren();
    this.messages.clear();
  }

  private subscribe(client: TwinlaneClient, topic: string, after?: Position): void {
    if (this.subscriptions.has(topic)) {
      this.messages.note(`Already subscribed to ${topic}`);
      return;
    }
    const handler = (message: Message) => {
      this.messages.message(message);
      this.lanes.message();
      this.kept.subscribed(topic, message);
    };
    const subscription = client.subscribe(topic, handler, after ? { after } : {});
    this.subscriptions.set(topic, subscription);
    this.kept.subscribed(topic, after);
    const item = this.item(topic);
    this.list.append(item);
    const ready = () => {
      item.className = '';
      this.messages.note(
        after ? `Subscribed to ${topic} again, after message ${after.sequence}` : `Subscribed to ${topic}`,
      );
      this.kept.subscribed(topic, subscription.position);
    };
    // The event `error` reports the reason of a refusal.
    subscription.ready.then(ready, () => this.subscriptions.get(topic) === subscription && this.remove(topic));
  }

  private item(topic: string): HTMLLIElement {
    const stop = make(
      'button',
      { type: 'button', className: 'quiet', ariaLabel: `Unsubscribe from ${topic}` },
      'Unsubscribe',
    );
    stop.addEventListener('click', () => {
      this.remove(topic);
      this.topic.focus();
    });
    const item = make('li', { className: 'pending' }, make('span', {}, topic), stop);
    item.dataset.topic = topic;
    return item;
  }

  private remove(topic: string): void {
    this.subscriptions.get(topic)?.unsubscribe();
    this.subscriptions.delete(topic);
    this.kept.unsubscribed(topic);
    [...this.list.children].find((item) => (item as HTMLElement).dataset.topic === topic)?.remove();
  }
}
