import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from './http';

/** A queue that understands SendMessageBatch. */
export interface EmbeddedQueue extends LoopbackServer {
  /** The bodies it has accepted, batch by batch. */
  batches: string[][];
  /** Refuses the entries of the next batch at these places. */
  refuse(...indexes: number[]): void;
  /** Answers the next batches with an error of this status. */
  fail(status: number, times: number): void;
}

export async function embeddedQueue(): Promise<EmbeddedQueue> {
  const batches: string[][] = [];
  const failures: number[] = [];
  let refused: number[] = [];
  const server = await serveOnLoopback(async (request, response) => {
    const { Entries } = JSON.parse(await text(request)) as { Entries: { Id: string; MessageBody: string }[] };
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
    refuse: (...indexes) => {
      refused = indexes;
    },
    fail: (status, times) => failures.push(...Array.from({ length: times }, () => status)),
  };
}
