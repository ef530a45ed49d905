import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Line } from '../../lambda/logger';
import { httpServer } from '../../service/http-server';

const serverOf = (fetch: () => Response | Promise<Response>, lines: Line[] = []) =>
  httpServer({ fetch, keepAliveSeconds: 65, logger: (line) => lines.push(line) });

/** Sends bytes to a server. @returns its whole answer, up to the end of the connection */
async function answerTo(server: ReturnType<typeof serverOf>, bytes: string): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(bytes);
  const answer = await text(socket);
  server.close();
  return answer;
}

test('a new connection can stay unused for longer than an idle one, and a request ends soon after that', () => {
  const { keepAliveTimeout, headersTimeout, requestTimeout } = serverOf(() => new Response());
  expect([keepAliveTimeout, headersTimeout, requestTimeout]).toEqual([65_000, 70_000, 70_000]);
});

test.each(['a b', 'a:99999', 'a/secret', 'secret@b'])(
  'a request with the host %s gets problem details, and nothing of it is logged',
  async (host) => {
    const lines: Line[] = [];
    const fetch = jest.fn(() => new Response());
    const server = serverOf(fetch, lines);
    const answer = await answerTo(
      server,
      `GET /secret?token=secret HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('urn:twinlane:problem:invalid_request');
    expect(fetch).not.toHaveBeenCalled();
    expect(lines).toMatchObject([{ event: 'unreadable_request' }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  },
);

test('an app that fails gets problem details that reveal nothing, and one line in the log', async () => {
  const lines: Line[] = [];
  const server = serverOf(async () => {
    throw new Error('secret');
  }, lines);
  const answer = await answerTo(server, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 500 /);
  expect(lines).toMatchObject([{ event: 'failed', error: 'Error' }]);
  expect(answer + JSON.stringify(lines)).not.toContain('secret');
});
