import type { Call, Service } from '../service';
import { partitionOf } from '../../partition';
import { Failure } from '../failure';
import type { SnsAttribute } from './notification';
import { accessDenied, badBatch, invalidParameter, operationDoesNotRun, topicNotFound } from './sns-failures';
import type { Publication, Topic } from './topic';

type Input = Readonly<Record<string, unknown>>;

/** Quotas: bytes of a message or a batch with its attributes, characters of a subject, entries of a batch. */
const MAX_BYTES = 256 * 1024;
const MAX_SUBJECT = 100;
const MAX_ENTRIES = 10;

/**
 * The API of SNS: publishing, and reading topics and subscriptions. The template defines them, so no operation changes them; CreateTopic
 * returns a topic that exists.
 */
export class SnsService implements Service {
  /** @param topics by ARN */
  constructor(private readonly topics: ReadonlyMap<string, Topic>) {}

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    switch (operation) {
      case 'Publish':
        return this.publish(input, call);
      case 'PublishBatch':
        return this.publishBatch(input, call);
      case 'CreateTopic':
        return this.createTopic(input, call);
      case 'ListTopics':
        await call.permit({ action: 'sns:ListTopics', resource: '*' });
        return { Topics: this.topicsOf(call).map(({ blueprint }) => ({ TopicArn: blueprint.arn })) };
      case 'GetTopicAttributes':
        return { Attributes: attributesOf(await this.permitted('sns:GetTopicAttributes', input.TopicArn, call)) };
      case 'ListSubscriptionsByTopic': {
        const topic = await this.permitted('sns:ListSubscriptionsByTopic', input.TopicArn, call);
        return { Subscriptions: subscriptionsOf(topic) };
      }
      default:
        throw operationDoesNotRun(operation);
    }
  }

  denied = accessDenied;

  private async publish(input: Input, call: Call): Promise<object> {
    const topic = await this.permitted('sns:Publish', input.TopicArn ?? input.TargetArn, call);
    return this.accept(topic, input);
  }

  /** Publishes for a service of AWS. Throws as Publish does. */
  publishTo(topicArn: string, input: Input): void {
    const topic = this.topics.get(topicArn);
    if (!topic) {
      throw topicNotFound();
    }
    this.accept(topic, input);
  }

  private accept(topic: Topic, input: Input): object {
    const publication = publicationOf(input);
    if (bytesOf(publication) > MAX_BYTES) {
      throw invalidParameter('Message too long');
    }
    const { id, sequenceNumber } = topic.publish(publication);
    return { MessageId: id, ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }) };
  }

  private async publishBatch(input: Input, call: Call): Promise<object> {
    const topic = await this.permitted('sns:Publish', input.TopicArn, call);
    const entries = entriesOf(input.PublishBatchRequestEntries);
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry.Id, ...this.accept(topic, entry) });
      } catch (error) {
        if (!(error instanceof Failure)) {
          throw error;
        }
        Failed.push({ Id: entry.Id, Code: error.type, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  }

  private async createTopic({ Name }: Input, call: Call): Promise<object> {
    const { region, accountId } = call;
    const TopicArn = `arn:${partitionOf(region).name}:sns:${region}:${accountId}:${String(Name)}`;
    await call.permit({ action: 'sns:CreateTopic', resource: TopicArn });
    if (!this.topics.has(TopicArn)) {
      throw invalidParameter(`only the template creates topics here, and it has none with the name ${String(Name)}`);
    }
    return { TopicArn };
  }

  private topicsOf({ region, accountId }: Call): Topic[] {
    return [...this.topics.values()].filter(
      ({ blueprint }) => blueprint.region === region && blueprint.accountId === accountId,
    );
  }

  private async permitted(action: string, topicArn: unknown, call: Call): Promise<Topic> {
    if (typeof topicArn !== 'string' || !/^arn:[^:]+:sns:[^:]+:\d{12}:[\w.-]+$/.test(topicArn)) {
      throw invalidParameter(
        `TopicArn Reason: ${topicArn === undefined ? 'no value for required parameter' : 'An ARN must have at least 6 elements'}`,
      );
    }
    await call.permit({ action, resource: topicArn });
    const topic = this.topics.get(topicArn);
    if (!topic) {
      throw topicNotFound();
    }
    return topic;
  }
}

function publicationOf(input: Input): Publication {
  const { Message, Subject, MessageGroupId, MessageDeduplicationId } = input;
  if (typeof Message !== 'string' || Message === '') {
    throw invalidParameter('Empty message');
  }
  if (typeof Subject === 'string' && (Subject === '' || Subject.length > MAX_SUBJECT || /[\n\r]/.test(Subject))) {
    throw invalidParameter('Subject');
  }
  return {
    messages: input.MessageStructure === 'json' ? byProtocol(Message) : { default: Message },
    attributes: validAttributes((input.MessageAttributes ?? {}) as Readonly<Record<string, SnsAttribute>>),
    ...(typeof Subject === 'string' && { subject: Subject }),
    ...(typeof MessageGroupId === 'string' && { group: MessageGroupId }),
    ...(typeof MessageDeduplicationId === 'string' && { deduplicationId: MessageDeduplicationId }),
  };
}

function byProtocol(Message: string): Record<string, string> {
  let messages: unknown;
  try {
    messages = JSON.parse(Message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const { default: byDefault } = Object(messages) as { default?: unknown };
  if (typeof byDefault !== 'string') {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return messages as Record<string, string>;
}

function validAttributes(attributes: Readonly<Record<string, SnsAttribute>>): Readonly<Record<string, SnsAttribute>> {
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!/^(String|String\.Array|Number|Binary)(\..*)?$/.test(String(DataType))) {
      throw invalidParameter(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    if (!StringValue && !BinaryValue) {
      throw invalidParameter(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    }
  }
  return attributes;
}

function entriesOf(Entries: unknown): readonly Input[] {
  const entries = Array.isArray(Entries) ? (Entries as Input[]) : [];
  if (entries.length === 0) {
    throw badBatch('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (entries.length > MAX_ENTRIES) {
    throw badBatch('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw badBatch('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  const bytes = entries.reduce((sum, { Message }) => sum + Buffer.byteLength(String(Message ?? '')), 0);
  if (bytes > MAX_BYTES) {
    throw badBatch('BatchRequestTooLong', 'The length of all the batch messages put together is more than the limit.');
  }
  return entries;
}

function bytesOf({ messages, attributes }: Publication): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue = '', BinaryValue = '' }]) => [
    ...[name, DataType, StringValue, BinaryValue],
  ]);
  return [...Object.values(messages), ...parts].reduce((sum, part) => sum + Buffer.byteLength(String(part)), 0);
}

function attributesOf({ blueprint }: Topic): Record<string, string> {
  return {
    TopicArn: blueprint.arn,
    Owner: blueprint.accountId,
    DisplayName: blueprint.displayName,
    SubscriptionsConfirmed: String(blueprint.subscriptions.length),
    SubscriptionsPending: '0',
    SubscriptionsDeleted: '0',
    ...(blueprint.fifo && {
      FifoTopic: 'true',
      ContentBasedDeduplication: String(blueprint.contentBasedDeduplication),
    }),
  };
}

function subscriptionsOf({ blueprint }: Topic): object[] {
  return blueprint.subscriptions.map(({ arn, protocol, endpoint }) => ({
    ...{ SubscriptionArn: arn, Owner: blueprint.accountId, Protocol: protocol, Endpoint: endpoint },
    TopicArn: blueprint.arn,
  }));
}
