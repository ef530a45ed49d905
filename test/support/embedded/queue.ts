import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from './http';

/** A queue that supports SendMessageBatch. */
export interface EmbeddedQueue extends LoopbackServer {
  /** Bodies of accepted entries, by batch. */
  batches: string[][];
  /** `DelaySeconds` of each accepted entry. */
  delays: number[];
  /** Delays responses until `count` batches are open. @returns a function for the maximum number of concurrent batches */
  gather(count: number): () => number;
  /** Rejects entries of the next batch. */
  refuse(...entries: { index: number; Code?: string; SenderFault?: boolean }[]): void;
  /** Rejects every batch that has an entry for which the predicate is true, with InvalidMessageContents. */
  reject(invalid: (entry: { MessageBody: string }) => boolean): void;
  /** Responds to the next batches with an error of this status. */
  fail(status: number, times: number): void;
}

export async function embeddedQueue(): Promise<EmbeddedQueue> {
  const batches: string[][] = [];
  const delays: number[] = [];
  let open = 0;
  let mostAtOnce = 0;
  let gathering = 0;
  const waiting: (() => void)[] = [];
  const failures: number[] = [];
  let refused: Parameters<EmbeddedQueue['refuse']> = [];
  let invalid: (entry: { MessageBody: string }) => boolean = () => false;
  const server = await serveOnLoopback(async (request, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++open);
    response.on('close', () => {
      open -= 1;
    });
    const body = await text(request);
    if (open < gathering) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    gathering = 0;
    for (const go of waiting.splice(0)) {
      go();
    }
    const { Entries } = JSON.parse(body) as {
      Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[];
    };
    const failure = failures.shift();
    if (failure) {
      response.writeHead(failure, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'com.amazonaws.sqs#Failed' }));
      return;
    }
    if (Entries.some(invalid)) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'com.amazonaws.sqs#InvalidMessageContents' }));
      return;
    }
    const failed = refused.flatMap(({ index, Code = 'ServiceUnavailable', SenderFault = false }) => {
      const Id = Entries[index]?.Id;
      return Id === undefined ? [] : [{ Id, Code, SenderFault }];
    });
    const accepted = Entries.filter((entry) => !failed.some(({ Id }) => Id === entry.Id));
    refused = [];
    batches.push(accepted.map(({ MessageBody }) => MessageBody));
    delays.push(...accepted.map(({ DelaySeconds = 0 }) => DelaySeconds));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({
        Successful: accepted.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: Id,
          MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
        })),
        Failed: failed,
      }),
    );
  });
  return {
    ...server,
    batches,
    delays,
    gather: (count) => {
      gathering = count;
      return () => mostAtOnce;
    },
    refuse: (...entries) => {
      refused.push(...entries);
    },
    reject: (predicate) => {
      invalid = predicate;
    },
    fail: (status, times) => failures.push(...Array.from({ length: times }, () => status)),
  };
}
