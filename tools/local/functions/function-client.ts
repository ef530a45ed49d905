import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './outcome';

/** Invokes a function with an event as JSON. Rejects if no process answers. */
export type Invoke = (functionArn: string, event: string) => Promise<Outcome>;

/** Milliseconds that a restarting process has until it listens, and between attempts to reach it. */
const UNREACHABLE = { limit: 10_000, pause: 100 };

/** @param endpoint URL of a {@link FunctionServer} */
export function functionClient(endpoint: string): Invoke {
  const agent = new Agent({ keepAlive: true });
  return async (functionArn, event) => {
    const end = performance.now() + UNREACHABLE.limit;
    for (;;) {
      try {
        return await post(`${endpoint}/${encodeURIComponent(functionArn)}`, event, agent);
      } catch (error) {
        // Only a refused connection: after any other failure the function can have run.
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || performance.now() > end) {
          throw error;
        }
        await sleep(UNREACHABLE.pause);
      }
    }
  };
}

/** Without fetch, which ends a request after 5 minutes: a function can run for 15. */
function post(url: string, body: string, agent: Agent): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent }, (response) => {
      text(response).then((answer) => {
        if (response.statusCode === 200) {
          resolve(JSON.parse(answer));
        } else {
          reject(new Error(answer));
        }
      }, reject);
    })
      .on('error', reject)
      .end(body);
  });
}
