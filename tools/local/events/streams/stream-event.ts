import type { StreamRecord } from './stream';

/** A record as a function gets it, and as filters see it. */
export type StreamEventRecord = Omit<StreamRecord, 'userIdentity'> & {
  readonly eventSourceARN: string;
  /** Of deletions by time to live. */
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
