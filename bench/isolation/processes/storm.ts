/** Makes a storm at a server: gathers sockets once, then rages as often as it is asked. */
import { answerRequests } from '../part';
import { type Bounds, Storm } from '../storm';

export type StormRequest = { readonly url: string; readonly sockets: number } | Bounds;

let storm: Storm | undefined;

answerRequests(async (request: StormRequest) => {
  if ('url' in request) {
    storm = await Storm.gather(request.url, request.sockets);
    return { sockets: request.sockets };
  }
  if (!storm) {
    throw new Error('Gather sockets first');
  }
  return storm.rage(request);
});
