import { batch, type Entry, entriesOf } from './batch';
import { type MessageAttributes, md5, md5OfAttributes, sizeOf } from './message';
import type { Queue } from './queue';
import { receivedMessage } from './received-message';
import {
  badBatch,
  invalidMessageContents,
  invalidParameter,
  messageNotInflight,
  missingParameter,
  receiptHandleIsInvalid,
} from './sqs-failures';

type Input = Readonly<Record<string, unknown>>;

/** Quotas: 1 MiB for a message or a batch, 12 hours for the visibility timeout, 20 s of long polling, 15 min of delay. */
const MAX_BYTES = 1024 * 1024;
const MAX_VISIBILITY_SECONDS = 12 * 3600;
const MAX_WAIT_SECONDS = 20;
const MAX_DELAY_SECONDS = 15 * 60;
const MAX_RECEIVED = 10;

/**
 * Characters that a message must not contain: all but those of XML. Other versions of the API reference state that SQS
 * replaces them with U+FFFD. This queue rejects them, so that a sender of such characters fails.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const INVALID_CHARACTERS = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** The operations on one queue. `end` returns the signal that ends a long poll. */
export const OPERATIONS: Readonly<
  Record<string, (queue: Queue, input: Input, end: () => AbortSignal) => Promise<object> | object>
> = {
  SendMessage: (queue, input) => send(queue, input),
  SendMessageBatch: (queue, { Entries }) => {
    const bytes = entriesOf(Entries).reduce((sum, entry) => sum + bytesOf(entry), 0);
    if (bytes > MAX_BYTES) {
      const message = `Batch requests cannot be longer than ${MAX_BYTES} bytes. You have sent ${bytes} bytes.`;
      throw badBatch('BatchRequestTooLong', message);
    }
    return batch(Entries, (entry) => send(queue, entry));
  },
  ReceiveMessage: receive,
  DeleteMessage: (queue, input) => remove(queue, input),
  DeleteMessageBatch: (queue, { Entries }) => batch(Entries, (entry) => remove(queue, entry)),
  ChangeMessageVisibility: (queue, input) => changeVisibility(queue, input),
  ChangeMessageVisibilityBatch: (queue, { Entries }) => batch(Entries, (entry) => changeVisibility(queue, entry)),
  PurgeQueue: (queue) => {
    queue.purge();
    return {};
  },
  GetQueueAttributes: (queue, { AttributeNames }) => {
    const wanted = (AttributeNames ?? []) as string[];
    const attributes = Object.entries(attributesOf(queue));
    return {
      Attributes: Object.fromEntries(attributes.filter(([name]) => wanted.includes('All') || wanted.includes(name))),
    };
  },
};

export function send(queue: Queue, input: Entry): object {
  const attributes = (input.MessageAttributes ?? {}) as MessageAttributes;
  const body = input.MessageBody;
  if (typeof body !== 'string' || body === '') {
    throw missingParameter('MessageBody');
  }
  if (INVALID_CHARACTERS.test(body)) {
    throw invalidMessageContents();
  }
  if (bytesOf(input) > MAX_BYTES) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BYTES} bytes.`,
    );
  }
  if (queue.blueprint.fifo && input.MessageGroupId === undefined) {
    throw missingParameter('MessageGroupId');
  }
  const system = (input.MessageSystemAttributes ?? {}) as MessageAttributes;
  const message = queue.send({
    body,
    attributes,
    traceHeader: system.AWSTraceHeader?.StringValue,
    sender: 'LOCAL',
    delaySeconds: numberIn(input, 'DelaySeconds', 0, MAX_DELAY_SECONDS),
    group: input.MessageGroupId as string | undefined,
    deduplicationId: input.MessageDeduplicationId as string | undefined,
  });
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(system),
    SequenceNumber: message.sequenceNumber,
  };
}

async function receive(queue: Queue, input: Input, end: () => AbortSignal): Promise<object> {
  const messages = await queue.receiveWithin(
    numberIn(input, 'WaitTimeSeconds', 0, MAX_WAIT_SECONDS) ?? 0,
    numberIn(input, 'MaxNumberOfMessages', 1, MAX_RECEIVED) ?? 1,
    numberIn(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS),
    end,
  );
  const system = (input.MessageSystemAttributeNames ?? input.AttributeNames ?? []) as string[];
  const own = (input.MessageAttributeNames ?? []) as string[];
  return messages.length > 0 ? { Messages: messages.map((message) => receivedMessage(message, { system, own })) } : {};
}

function remove(queue: Queue, input: Entry): object {
  queue.delete(receiptHandleIn(input));
  return {};
}

function changeVisibility(queue: Queue, input: Entry): object {
  const seconds = numberIn(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
  if (seconds === undefined) {
    throw missingParameter('VisibilityTimeout');
  }
  if (!queue.changeVisibility(receiptHandleIn(input), seconds)) {
    throw messageNotInflight();
  }
  return {};
}

function attributesOf(queue: Queue): Record<string, string> {
  const { blueprint } = queue;
  const { visible, inFlight, delayed } = queue.counts();
  return {
    QueueArn: blueprint.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(blueprint.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(blueprint.retentionSeconds),
    DelaySeconds: String(blueprint.delaySeconds),
    MaximumMessageSize: String(MAX_BYTES),
    ...(blueprint.fifo && { FifoQueue: 'true' }),
    ...(blueprint.deadLetter && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: blueprint.deadLetter.queue,
        maxReceiveCount: blueprint.deadLetter.maxReceiveCount,
      }),
    }),
  };
}

function bytesOf({ MessageBody, MessageAttributes }: Entry): number {
  return sizeOf(String(MessageBody ?? ''), (MessageAttributes ?? {}) as MessageAttributes);
}

function receiptHandleIn({ ReceiptHandle }: Entry): string {
  // 73 characters in base64: the message's id, a slash, the receipt's own id.
  if (typeof ReceiptHandle !== 'string' || Buffer.from(ReceiptHandle, 'base64').length !== 73) {
    throw receiptHandleIsInvalid();
  }
  return ReceiptHandle;
}

function numberIn(input: Input, name: string, min: number, max: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== 'number' || value < min || value > max) {
    throw invalidParameter(
      `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
    );
  }
  return value;
}
