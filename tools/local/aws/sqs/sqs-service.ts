import { randomUUID } from 'node:crypto';
import type { QueueBlueprint } from '../../blueprint';
import type { QueueContents } from '../contents';
import type { Call, Service } from '../service';
import type { Message } from './message';
import type { MessageStore } from './message-store';
import { Queue } from './queue';
import { OPERATIONS, send } from './queue-operations';
import {
  accessDenied,
  invalidParameter,
  missingParameter,
  queueDoesNotExist,
  resourceNotFound,
  unsupportedOperation,
} from './sqs-failures';
import { partitionOf } from '../../partition';

type Input = Readonly<Record<string, unknown>>;

interface Options {
  readonly queues: readonly QueueBlueprint[];
  readonly store: MessageStore;
  readonly region: string;
  readonly accountId: string;
  readonly now: () => number;
  /** Returns the whole milliseconds until a message can be received, beside its delay. */
  readonly latencyMs: () => number;
}

/**
 * The API AmazonSQS: its operations on messages. The template defines the queues, so no operation
 * creates or changes them. Not emulated: quotas on messages in flight. If a sender gives no
 * deduplication id, a FIFO queue uses a digest of the body, as with content-based deduplication.
 */
export class SqsService implements Service {
  private readonly queues = new Map<string, Queue>();
  /** Aborts when the service closes, to end long polls. */
  private readonly closing = new AbortController();

  private constructor(private readonly options: Options) {}

  static async open(options: Options): Promise<SqsService> {
    const service = new SqsService(options);
    const { queues, store, now, latencyMs } = options;
    for (const blueprint of queues) {
      const dead = blueprint.deadLetter?.queue;
      if (dead !== undefined && !queues.some(({ arn }) => arn === dead)) {
        throw new Error(`The dead-letter queue ${dead} of ${blueprint.name} does not run here`);
      }
      const giveUp = (message: Message) =>
        service.all.find((queue) => queue.blueprint.arn === dead)?.accept(message, blueprint.arn);
      const kept = await store.load(blueprint.name);
      service.queues.set(blueprint.name, new Queue(blueprint, kept, store, now, giveUp, latencyMs));
    }
    return service;
  }

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    if (operation === 'ListQueues') {
      return this.listQueues(input, call);
    }
    if (operation === 'GetQueueUrl') {
      const queue = await this.permitted('GetQueueUrl', String(input.QueueName), call);
      return { QueueUrl: this.urlOf(queue, call) };
    }
    if (operation === 'StartMessageMoveTask') {
      return this.moveMessages(input, call);
    }
    const perform = OPERATIONS[operation];
    if (!perform) {
      throw unsupportedOperation(operation);
    }
    // A batch requires the permission of its single operation.
    const queue = await this.permitted(operation.replace('Batch', ''), nameIn(input.QueueUrl), call);
    const answer = await perform(queue, input, () => AbortSignal.any([call.gone(), this.closing.signal]));
    await this.options.store.save();
    return answer;
  }

  /** @returns the first messages of a queue, without receiving them. Throws if it does not exist */
  contents(arn: string, limit: number): QueueContents {
    const messages = this.byArn(arn, 'arn').peek(limit + 1);
    return { messages: messages.slice(0, limit), more: messages.length > limit };
  }

  denied = accessDenied;

  /** Sends a message for a service of AWS. Throws a {@link Failure} as SendMessage does. @param input as of SendMessage */
  async send(queueArn: string, input: Input): Promise<void> {
    const queue = this.all.find(({ blueprint }) => blueprint.arn === queueArn);
    if (!queue) {
      throw queueDoesNotExist();
    }
    send(queue, input);
    await this.options.store.save();
  }

  endWaits(): void {
    this.closing.abort();
  }

  private get all(): Queue[] {
    return [...this.queues.values()];
  }

  private async listQueues({ QueueNamePrefix = '' }: Input, call: Call): Promise<object> {
    const { region, accountId } = this.options;
    await call.permit({
      action: 'sqs:ListQueues',
      resource: `arn:${partitionOf(region).name}:sqs:${region}:${accountId}:*`,
    });
    const listed = this.all.filter(({ blueprint }) => blueprint.name.startsWith(String(QueueNamePrefix)));
    return { QueueUrls: listed.map((queue) => this.urlOf(queue, call)) };
  }

  /** Moves messages out of a dead-letter queue, as new messages, all at once, even if the request has a rate. */
  private async moveMessages({ SourceArn, DestinationArn }: Input, call: Call): Promise<object> {
    const source = this.byArn(SourceArn, 'SourceArn');
    const from = this.all.filter(({ blueprint }) => blueprint.deadLetter?.queue === source.blueprint.arn);
    const destinations = DestinationArn === undefined ? from : [this.byArn(DestinationArn, 'DestinationArn')];
    for (const action of ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
      await call.permit({ action: `sqs:${action}`, resource: source.blueprint.arn });
    }
    for (const { blueprint } of destinations) {
      await call.permit({ action: 'sqs:SendMessage', resource: blueprint.arn });
    }
    if (from.length === 0) {
      throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    }
    for (const { body, attributes, traceHeader, sender, group, deduplicationId, deadLetterSource } of source.take()) {
      const destination = this.byArn(DestinationArn ?? deadLetterSource, 'DestinationArn');
      destination.send({ body, attributes, traceHeader, sender, group, deduplicationId });
    }
    await this.options.store.save();
    return {
      TaskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: SourceArn })).toString('base64'),
    };
  }

  private byArn(arn: unknown, parameter: string): Queue {
    const found = this.all.find(({ blueprint }) => blueprint.arn === arn);
    if (!found) {
      throw resourceNotFound(parameter);
    }
    return found;
  }

  private async permitted(operation: string, name: string, call: Call): Promise<Queue> {
    const { region, accountId } = this.options;
    const queue = this.queues.get(name);
    const resource = queue?.blueprint.arn ?? `arn:${partitionOf(region).name}:sqs:${region}:${accountId}:${name}`;
    await call.permit({ action: `sqs:${operation}`, resource });
    if (!queue) {
      throw queueDoesNotExist();
    }
    return queue;
  }

  private urlOf({ blueprint }: Queue, { host }: Call): string {
    return `http://${host}/${this.options.accountId}/${blueprint.name}`;
  }
}

/** The name of the queue: the last segment of its URL. */
function nameIn(QueueUrl: unknown): string {
  if (typeof QueueUrl !== 'string') {
    throw missingParameter('QueueUrl');
  }
  return QueueUrl.split('/').at(-1) ?? '';
}
