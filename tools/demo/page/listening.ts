import type { Subscription, TwinlaneClient } from '../../../client';
import { element, InvalidInput, make, onSubmit } from './elements';
import { MessageLog } from './messages';
import { topicOf } from './topic';

/** The part of the page that subscribes, and shows what arrives. */
export class Listening {
  private readonly topic = element('subscribe-topic', HTMLInputElement);
  private readonly list = element('subscriptions', HTMLUListElement);
  private readonly messages = new MessageLog(element('messages', HTMLDivElement));
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(client: () => TwinlaneClient) {
    onSubmit(element('subscribe', HTMLFormElement), () => this.subscribe(client()));
  }

  /** @param client of a session that has just begun */
  begin(client: TwinlaneClient): void {
    client.on('recovered', ({ topic, recovered }) => {
      if (!recovered) {
        this.messages.note(`Something of ${topic} is no longer kept: it goes on from here.`);
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
      throw new InvalidInput(this.topic, `You are subscribed to ${topic}`);
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
    void subscription.ready.then(() => {
      item.className = '';
      this.messages.note(`Subscribed to ${topic}`);
    });
  }

  private remove(topic: string): void {
    this.subscriptions.get(topic)?.unsubscribe();
    this.subscriptions.delete(topic);
    [...this.list.children].find((item) => (item as HTMLElement).dataset.topic === topic)?.remove();
  }
}
