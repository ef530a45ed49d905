import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from './http';

/** A queue that understands SendMessageBatch. */
export interface EmbeddedQueue extends LoopbackServer {
  /** The bodies it has accepted, batch by batch. */
  batches: string[][];
  /** Seconds by which it was told to keep back each of them. */
  delays: number[];
  /** Answers no batch before it has so many in hand. @returns how many it has had in hand at the same time, at most. */
  gather(count: number): () => number;
  /** Refuses the entries of the next batch at these places. */
  refuse(...indexes: number[]): void;
  /** Answers the next batches with an error of this status. */
  fail(status: number, times: number): void;
}

export async function embeddedQueue(): Promise<EmbeddedQueue> {
  const batches: string[][] = [];
  const delays: number[] = [];
  let inHand = 0;
  let mostAtOnce = 0;
  let gathering = 0;
  const waiting: (() => void)[] = [];
  const failures: number[] = [];
  let refused: number[] = [];
  const server = await serveOnLoopback(async (request, response) => {
    mostAtOnce = Math.max(mostAtOnce, ++inHand);
    response.on('close', () => {
      inHand -= 1;
    });
    const body = await text(request);
    if (inHand < gathering) {
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
