/** Measures HTTP: asks a URL at a fixed rate, over as many kept connections as it takes. */
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { openLoop } from '../open-loop';
import { answerRequests } from '../part';

export interface Load {
  /** With an address, not a name: looking it up would be measured, too. */
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
}

const agent = new Agent({ keepAlive: true });

answerRequests(async ({ url, perSecond, seconds }: Load) => ({
  milliseconds: await openLoop(perSecond, seconds, () => ask(url)),
}));

async function ask(url: string): Promise<void> {
  const [response] = await once(get(url, { agent }), 'response');
  if (response.statusCode !== 200) {
    throw new Error(`${url} was answered ${response.statusCode}`);
  }
  await once(response.resume(), 'end');
}
