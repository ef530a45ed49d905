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
  /** Rejects the entries of the next batch at these indexes. */
  refuse(...indexes: number[]): void;
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
  let refused: number[] = [];
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
    const failed = Entries.filter((_, index) => refused.includes(index));
    const accepted = Entries.filter((entry) => !failed.includes(entry));
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
        Failed: failed.map(({ Id }) => ({ Id, Code: 'ServiceUnavailable', SenderFault: false })),
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
    refuse: (...indexes) => {
      refused = indexes;
    },
    fail: (status, times) => failures.push(...Array.from({ length: times }, () => status)),
  };
}
