/** Measures HTTP: requests a URL at a fixed rate over persistent connections, as many as needed. */
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { openLoop } from '../open-loop';
import { answerRequests } from '../benchmark-process';

export interface Load {
  /** URL with an address instead of a name, so that no lookup is measured. */
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
}

const agent = new Agent({ keepAlive: true });

answerRequests(async ({ url, perSecond, seconds }: Load) => ({
  milliseconds: await openLoop(perSecond, seconds, () => request(url)),
}));

async function request(url: string): Promise<void> {
  const [response] = await once(get(url, { agent }), 'response');
  if (response.statusCode !== 200) {
    throw new Error(`${url} must return 200, got ${response.statusCode}`);
  }
  await once(response.resume(), 'end');
}
