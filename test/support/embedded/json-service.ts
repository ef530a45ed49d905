import { text } from 'node:stream/consumers';
import { type LoopbackServer, serveOnLoopback } from './http';

/** Response of a service: a result, an exception, or `cut` for a connection that is closed without a response. */
export type Answer = { result: object } | { status: number; type: string; members?: object } | 'cut';

/** A service with the AWS JSON protocol and configurable responses. */
export interface JsonService extends LoopbackServer {
  /** Received calls. */
  calls: { target: string; input: Record<string, unknown>; headers: NodeJS.Dict<string | string[]> }[];
  /** Responses to the next calls, in order. The last one is repeated. */
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
