import type { Contender, Entrances } from './contender';
import { Part } from './part';
import type { ServerRequest } from './processes/server';
import type { Backends } from './upgrade-proxy';

interface Listening {
  readonly port: number;
}

/** What an application begins as: HTTP has a processor to itself, but for the sockets in the same event loop. */
export const oneProcess: Contender = {
  label: 'one process for both',

  async start(cores) {
    const server = Part.start<ServerRequest, Listening>('server', 'http', cores);
    const { port } = await server.ask({ sockets: true });
    return entrances(port, [server]);
  },
};

/** What it becomes: the proxy stands where the requests arrive, with the HTTP process; the sockets' process is elsewhere. */
export const behindOneProxy: Contender = {
  label: 'a process for each, one proxy',

  async start(cores) {
    const http = Part.start<ServerRequest, Listening>('server', 'http', cores);
    const socket = Part.start<ServerRequest, Listening>('server', 'socket', cores);
    const proxy = Part.start<Backends, Listening>('proxy', 'http', cores);
    const { port } = await proxy.ask({
      http: (await http.ask({ sockets: false })).port,
      socket: (await socket.ask({ sockets: true })).port,
    });
    return entrances(port, [proxy, http, socket]);
  },
};

function entrances(port: number, parts: readonly { stop(): Promise<void> }[]): Entrances {
  return {
    http: `http://127.0.0.1:${port}/health`,
    socket: { url: `ws://127.0.0.1:${port}` },
    async stop() {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}
