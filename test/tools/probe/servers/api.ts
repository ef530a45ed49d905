import type { RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** An API as it should be: a preflight is kept as long as Chromium keeps any, and connections stay open. */
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

/** Listens on any port, and tells the test which. */
export function serve(server: Server, host = '127.0.0.1'): void {
  server.listen(0, host, () => tellPort((server.address() as AddressInfo).port));
}

/** The process ends with the test. */
export function tellPort(port: number): void {
  process.send?.(port);
  process.once('disconnect', () => process.exit());
}

/** Waits, and lets nothing else run in this process. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
