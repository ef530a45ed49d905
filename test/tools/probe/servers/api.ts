import type { RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** A good API: preflights have the maximum cache time of Chromium, and connections stay open. */
export const api: RequestListener = (request, response) => {
  response.setHeader('Access-Control-Allow-Origin', '*');
  if (request.method === 'OPTIONS') {
    response.setHeader('Access-Control-Max-Age', '7200');
    response.setHeader('Access-Control-Allow-Headers', 'Content-Type');
    response.writeHead(204).end();
  } else {
    response.end('{}');
  }
};

/** Listens on any free port, and sends the port to the test. */
export function serve(server: Server, host = '127.0.0.1'): void {
  server.listen(0, host, () => reportPort((server.address() as AddressInfo).port));
}

/** Sends the port to the test, and exits when the test ends. */
export function reportPort(port: number): void {
  process.send?.(port);
  process.once('disconnect', () => process.exit());
}

/** Blocks this process. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
