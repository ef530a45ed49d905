import type { AwsApi } from '../aws-api';

/** A message in the form of ReceiveMessage. */
export interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
  >;
}

/** The operations of a queue that a mapping uses. */
export interface Queue {
  /**
   * @param count - maximum number of messages, 1 to 10
   * @param waitSeconds - maximum wait for the first message, 0 to 20
   */
  receive(count: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]>;
  /** Deletes up to 10 messages. Throws if any could not be deleted. */
  delete(receiptHandles: readonly string[], signal: AbortSignal): Promise<void>;
}

export function sqsQueue(api: AwsApi, QueueUrl: string): Queue {
  return {
    async receive(MaxNumberOfMessages, WaitTimeSeconds, signal) {
      const wanted = { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] };
      const answer = await api(
        'sqs',
        'ReceiveMessage',
        { QueueUrl, MaxNumberOfMessages, WaitTimeSeconds, ...wanted },
        signal,
      );
      return (answer as { Messages?: Message[] }).Messages ?? [];
    },
    async delete(receiptHandles, signal) {
      const Entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      const answer = await api('sqs', 'DeleteMessageBatch', { QueueUrl, Entries }, signal);
      const [failed] = (answer as { Failed?: { Code: string; Message?: string }[] }).Failed ?? [];
      if (failed) {
        throw new Error(`DeleteMessageBatch: ${failed.Code} ${failed.Message ?? ''}`.trimEnd());
      }
    },
  };
}
