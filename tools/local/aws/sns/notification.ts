import { partitionOf } from '../../partition';

/** An attribute of a message. */
export interface SnsAttribute {
  /** `String`, `String.Array`, `Number` or `Binary`. */
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

/** A message that was published. */
export interface Notification {
  readonly id: string;
  readonly topicArn: string;
  readonly subject?: string;
  /** By protocol; `default` for every other one. */
  readonly messages: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, SnsAttribute>>;
  /** `2026-01-01T00:00:00.000Z` */
  readonly timestamp: string;
  /** Topics of the type FIFO only. */
  readonly group?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
}

/** A signature cannot be made here: nothing has AWS's key. */
const SIGNATURE = Buffer.from('not signed by AWS').toString('base64');

export function messageFor(protocol: string, { messages }: Notification): string {
  return messages[protocol] ?? messages.default ?? '';
}

/** The body of a message to a queue without raw delivery. Notifications of FIFO topics have no signature. */
export function queueEnvelope(notification: Notification, subscriptionArn: string): string {
  const { id, sequenceNumber, topicArn, subject, timestamp } = notification;
  const { Signature, SignatureVersion, certificateUrl, unsubscribeUrl } = signed(notification, subscriptionArn);
  const attributes = attributesOf(notification);
  return JSON.stringify(
    {
      Type: 'Notification',
      MessageId: id,
      ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
      TopicArn: topicArn,
      ...(subject !== undefined && { Subject: subject }),
      Message: messageFor('sqs', notification),
      Timestamp: timestamp,
      ...(sequenceNumber === undefined && { SignatureVersion, Signature, SigningCertURL: certificateUrl }),
      UnsubscribeURL: unsubscribeUrl,
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    },
    undefined,
    2,
  );
}

/** The event that a function receives. */
export function functionEvent(notification: Notification, subscriptionArn: string): object {
  const { id, topicArn, subject, timestamp } = notification;
  const { Signature, SignatureVersion, certificateUrl, unsubscribeUrl } = signed(notification, subscriptionArn);
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: id,
          TopicArn: topicArn,
          Subject: subject ?? null,
          Message: messageFor('lambda', notification),
          Timestamp: timestamp,
          SignatureVersion,
          Signature,
          SigningCertUrl: certificateUrl,
          UnsubscribeUrl: unsubscribeUrl,
          MessageAttributes: attributesOf(notification),
        },
      },
    ],
  };
}

function signed({ topicArn }: Notification, subscriptionArn: string) {
  const [, , , region = ''] = topicArn.split(':');
  const base = `https://sns.${region}.${partitionOf(region).domain}`;
  return {
    SignatureVersion: '1',
    Signature: SIGNATURE,
    certificateUrl: `${base}/SimpleNotificationService-local.pem`,
    unsubscribeUrl: `${base}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
  };
}

function attributesOf({ attributes }: Notification): Record<string, object> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: BinaryValue ?? StringValue },
    ]),
  );
}
