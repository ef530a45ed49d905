/** Makes a storm at a server: gathers sockets once, then rages as often as it is asked. */
import type { SocketServer } from '../client';
import { answerRequests } from '../part';
import { type Bounds, Storm } from '../storm';

export type StormRequest = { readonly server: SocketServer; readonly sockets: number } | Bounds;

let storm: Storm | undefined;

answerRequests(async (request: StormRequest) => {
  if ('server' in request) {
    storm = await Storm.gather(request.server, request.sockets);
    return { sockets: request.sockets };
  }
  if (!storm) {
    throw new Error('Gather sockets first');
  }
  return storm.rage(request);
});
