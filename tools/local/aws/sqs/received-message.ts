import { type Message, type MessageAttributes, md5, md5OfAttributes } from './message';

/** A message in the form of ReceiveMessage, with the attributes that the receiver requested. */
export function receivedMessage(
  message: Message,
  { system, own }: { readonly system: readonly string[]; readonly own: readonly string[] },
): object {
  const attributes = select(systemAttributes(message), (name) => system.includes('All') || system.includes(name));
  const MessageAttributes: MessageAttributes = select(message.attributes, (name) =>
    own.some((wish) => meets(name, wish)),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(Object.keys(MessageAttributes).length > 0 && {
      MessageAttributes,
      MD5OfMessageAttributes: md5OfAttributes(MessageAttributes),
    }),
  };
}

function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
    ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
    ...(message.group !== undefined && { MessageGroupId: message.group }),
    ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
  };
}

/** @param wish `All`, `.*`, a name, or `prefix.*` */
function meets(name: string, wish: string): boolean {
  return wish === 'All' || wish === name || (wish.endsWith('.*') && name.startsWith(wish.slice(0, -2)));
}

function select<T>(record: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => wanted(name)));
}
