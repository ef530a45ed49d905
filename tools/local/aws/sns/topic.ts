import { createHash, randomUUID } from 'node:crypto';
import type { SubscriptionBlueprint, TopicBlueprint } from '../../blueprint';
import type { Log } from '../../log-line';
import type { Targets } from '../targets';
import { filterPolicy } from './filter-policy';
import { functionEvent, messageFor, type Notification, queueEnvelope } from './notification';
import { invalidParameter } from './sns-failures';

/** A FIFO topic accepts a deduplication id once in 5 minutes. Source: "Message deduplication for FIFO topics". */
const DEDUPLICATION_MS = 5 * 60 * 1000;

/** Number of message attributes that SQS accepts. Raw delivery of a message with more fails. */
const MAX_RAW_ATTRIBUTES = 10;

export type Publication = Omit<Notification, 'id' | 'topicArn' | 'timestamp' | 'sequenceNumber'>;

interface Options {
  readonly targets: Targets;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

interface Subscription {
  readonly blueprint: SubscriptionBlueprint;
  readonly passes: (notification: Notification) => boolean;
}

/** A topic. It delivers each message to the subscriptions whose filter it passes, after it has answered the publisher. */
export class Topic {
  private readonly subscriptions: readonly Subscription[];
  private readonly deduplicated = new Map<string, { readonly notification: Notification; readonly at: number }>();
  /** The last delivery, after which the next one starts: messages arrive in the order of their publication. */
  private last: Promise<unknown> = Promise.resolve();
  private sequence = 10n ** 19n;

  /** Throws an error with the name of a subscription whose filter policy is invalid. */
  constructor(
    readonly blueprint: TopicBlueprint,
    private readonly options: Options,
  ) {
    this.subscriptions = blueprint.subscriptions.map((subscription) => {
      try {
        return {
          blueprint: subscription,
          passes: filterPolicy(subscription.filterPolicy, subscription.filterPolicyScope),
        };
      } catch (error) {
        throw new Error(`${subscription.logicalId}: ${(error as Error).message}`, { cause: error });
      }
    });
  }

  /** Accepts a message. Throws the error of Publish for a message that a FIFO topic cannot accept. */
  publish(publication: Publication): Notification {
    const { fifo, contentBasedDeduplication, arn } = this.blueprint;
    const { group, messages } = publication;
    if (fifo && group === undefined) {
      throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
    }
    const digest = contentBasedDeduplication
      ? createHash('sha256')
          .update(messages.default ?? '')
          .digest('hex')
      : undefined;
    const deduplicationId = publication.deduplicationId ?? digest;
    if (fifo && deduplicationId === undefined) {
      const reason =
        'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
      throw invalidParameter(reason);
    }
    const duplicate = fifo && this.duplicateOf(deduplicationId ?? '');
    if (duplicate) {
      return duplicate;
    }
    const notification: Notification = {
      ...publication,
      id: randomUUID(),
      topicArn: arn,
      timestamp: new Date(this.options.now()).toISOString(),
      ...(fifo && { deduplicationId, sequenceNumber: String((this.sequence += 1n)) }),
    };
    if (fifo) {
      this.deduplicated.set(deduplicationId ?? '', { notification, at: this.options.now() });
    }
    this.last = this.last.then(() => this.deliver(notification));
    return notification;
  }

  /** Resolves when every accepted message is delivered. */
  async drained(): Promise<void> {
    await this.last;
  }

  private async deliver(notification: Notification): Promise<void> {
    const subscriptions = this.subscriptions.filter(({ passes }) => passes(notification));
    await Promise.all(subscriptions.map(({ blueprint }) => this.deliverTo(blueprint, notification)));
  }

  /** Delivers a message to one subscription; if that fails, to its dead-letter queue, in the same form. */
  private async deliverTo(subscription: SubscriptionBlueprint, notification: Notification): Promise<void> {
    const { targets } = this.options;
    const { protocol, endpoint, deadLetterArn } = subscription;
    try {
      if (protocol === 'lambda') {
        await targets.invoke(endpoint, JSON.stringify(functionEvent(notification, subscription.arn)));
      } else {
        await targets.send(endpoint, queueMessage(subscription, notification));
      }
    } catch (error) {
      const failed = `${subscription.logicalId}: delivery to ${endpoint} failed: ${(error as Error).message}`;
      this.say(
        `${failed}; ${deadLetterArn ? `sent to ${deadLetterArn}` : 'the message is discarded, because there is no dead-letter queue'}`,
      );
      if (deadLetterArn !== undefined) {
        await targets
          .send(deadLetterArn, {
            ...queueMessage({ ...subscription, raw: false }, notification),
            MessageAttributes: {},
          })
          .catch((cause: Error) => this.say(`${subscription.logicalId}: the message is lost: ${cause.message}`));
      }
    }
  }

  private duplicateOf(id: string): Notification | undefined {
    for (const [known, { at }] of this.deduplicated) {
      if (at > this.options.now() - DEDUPLICATION_MS) {
        break;
      }
      this.deduplicated.delete(known);
    }
    return this.deduplicated.get(id)?.notification;
  }

  private say(text: string): void {
    this.options.log({ process: 'aws', level: 'error', text });
  }
}

/** The input of SendMessage. */
function queueMessage({ raw, arn }: SubscriptionBlueprint, notification: Notification): Record<string, unknown> {
  const { group, deduplicationId, attributes } = notification;
  if (raw && Object.keys(attributes).length > MAX_RAW_ATTRIBUTES) {
    throw new Error(`a message with raw delivery can have at most ${MAX_RAW_ATTRIBUTES} attributes`);
  }
  return {
    MessageBody: raw ? messageFor('sqs', notification) : queueEnvelope(notification, arn),
    ...(raw && { MessageAttributes: attributes }),
    ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: deduplicationId }),
  };
}
