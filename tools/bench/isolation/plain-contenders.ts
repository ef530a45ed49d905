import type { Contender, ServerEndpoints } from './contender';
import { BenchmarkProcess } from './benchmark-process';
import type { ServerRequest } from './processes/server';
import type { Backends } from './upgrade-proxy';

interface Listening {
  readonly port: number;
}

/** Typical first version of an application. HTTP has its own processor, but shares the event loop with the sockets. */
export const oneProcess: Contender = {
  label: 'one process for both',

  async start(cores) {
    const server = BenchmarkProcess.start<ServerRequest, Listening>('server', 'http', cores);
    const { port } = await server.send({ sockets: true });
    return endpointsAt(port, [server]);
  },
};

/** Typical second version. The proxy and the HTTP process share a processor; the process for sockets has another. */
export const behindOneProxy: Contender = {
  label: 'a process for each, one proxy',

  async start(cores) {
    const http = BenchmarkProcess.start<ServerRequest, Listening>('server', 'http', cores);
    const socket = BenchmarkProcess.start<ServerRequest, Listening>('server', 'socket', cores);
    const proxy = BenchmarkProcess.start<Backends, Listening>('proxy', 'http', cores);
    const { port } = await proxy.send({
      http: (await http.send({ sockets: false })).port,
      socket: (await socket.send({ sockets: true })).port,
    });
    return endpointsAt(port, [proxy, http, socket]);
  },
};

function endpointsAt(port: number, processes: readonly { stop(): Promise<void> }[]): ServerEndpoints {
  return {
    http: `http://127.0.0.1:${port}/health`,
    socket: { url: `ws://127.0.0.1:${port}` },
    async stop() {
      await Promise.all(processes.map((each) => each.stop()));
    },
  };
}
