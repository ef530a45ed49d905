import { createHash } from 'node:crypto';

/** An attribute that the sender gave a message. */
interface MessageAttribute {
  /** `String`, `Number` or `Binary`, each with an optional suffix after a dot. */
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message in a queue. Times are milliseconds since 1970. */
export interface Message {
  readonly id: string;
  /** Position in the queue, greater than that of all earlier messages. */
  readonly order: number;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** `AWSTraceHeader` */
  readonly traceHeader?: string;
  readonly sender: string;
  readonly sentAt: number;
  /** Time from which the message can be received. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Handle of the last receipt; undefined if the message was never received. */
  receiptHandle?: string;
  /** In a dead-letter queue: ARN of the source queue. */
  readonly deadLetterSource?: string;
  /** FIFO queues only. */
  readonly group?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The digest of message attributes as SDKs verify it: name, type, transport type and value of each, sorted by name,
 * every part after its length in 4 bytes ("Calculating the MD5 message digest for message attributes").
 *
 * @returns undefined if there are none
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) {
    return undefined;
  }
  const hash = createHash('md5');
  const add = (part: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    add(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}

/** Number of bytes that count toward the size limit of a message: body, and names, types and values of attributes. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
    Buffer.byteLength(body),
  );
}
