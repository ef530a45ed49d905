/** Generates storms: opens sockets to a server once, then runs a storm for each request. */
import type { SocketServer } from '../client';
import { answerRequests } from '../benchmark-process';
import { type Bounds, Storm } from '../storm';

export type StormRequest = { readonly server: SocketServer; readonly sockets: number } | Bounds;

let storm: Storm | undefined;

answerRequests(async (request: StormRequest) => {
  if ('server' in request) {
    storm = await Storm.open(request.server, request.sockets);
    return { sockets: request.sockets };
  }
  if (!storm) {
    throw new Error('The first request must open the sockets');
  }
  return storm.run(request);
});
