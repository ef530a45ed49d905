import type { StreamRecord } from './stream';

/** A record in the form that functions and filters receive. */
export type StreamEventRecord = Omit<StreamRecord, 'userIdentity'> & {
  readonly eventSourceARN: string;
  /** Present if time to live deleted the item. */
  readonly userIdentity?: { readonly type: string; readonly principalId: string };
};

export function streamEventRecord({ userIdentity, ...record }: StreamRecord, streamArn: string): StreamEventRecord {
  return {
    ...record,
    eventSourceARN: streamArn,
    ...(userIdentity && { userIdentity: { type: userIdentity.Type, principalId: userIdentity.PrincipalId } }),
  };
}

export function sequenceNumberOf(record: StreamEventRecord): string {
  return record.dynamodb.SequenceNumber;
}
