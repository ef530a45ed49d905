import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../../..');

/** Runs the command. @returns its exit code and its output */
function check(url: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const args = ['-r', './bin/typescript.js', 'tools/check/descriptions.ts', url];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: PROJECT }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
}

test('npm run check:descriptions reports one error for a URL without descriptions', async () => {
  const server = createServer((_, response) => response.writeHead(404).end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const notFound = await check(url);
  server.close();
  await once(server, 'close');
  const closed = await check(url);

  const errorWith = (problem: string) =>
    `${url}/asyncapi.json cannot be read: ${problem}. Fix: pass the URL of an HTTP lane that is running.\n`;
  expect(notFound).toEqual({ code: 1, stdout: '', stderr: errorWith('status 404') });
  expect(closed).toEqual({ code: 1, stdout: '', stderr: errorWith('ECONNREFUSED') });
});
