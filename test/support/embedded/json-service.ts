import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from './http';

/** An answer of a service: a result, an exception, or `cut`, a connection that breaks without an answer. */
export type Answer = { result: object } | { status: number; type: string; members?: object } | 'cut';

/** A service of AWS's JSON protocol with configurable answers. */
export interface JsonService extends LoopbackServer {
  /** The calls it has had. */
  calls: { target: string; input: Record<string, unknown>; headers: NodeJS.Dict<string | string[]> }[];
  /** Answers the next calls so; the last of them also all that follow. */
  answer(...answers: Answer[]): void;
}

export async function jsonService(): Promise<JsonService> {
  const calls: JsonService['calls'] = [];
  let answers: Answer[] = [{ result: {} }];
  const server = await serveOnLoopback(async (request, response) => {
    const input = JSON.parse(await text(request));
    calls.push({ target: String(request.headers['x-amz-target']), input, headers: request.headers });
    const [answer] = answers.length > 1 ? answers.splice(0, 1) : answers;
    if (answer === 'cut' || !answer) {
      request.socket.destroy();
    } else if ('result' in answer) {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer.result));
    } else {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: answer.type, ...answer.members }));
    }
  });
  return {
    ...server,
    calls,
    answer: (...next) => {
      answers = next;
    },
  };
}
