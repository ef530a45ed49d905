import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { PersistentConnection } from '../../../../tools/probe/network/persistent-connection';
import { runs } from '../../../../tools/probe/steps/runs';
import { Laboratory } from '../steps/laboratory';

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

/** Measures the first and second request, with a timeout of 100 ms for each. */
async function measured(answer: Parameters<Laboratory['serve']>[0], method = 'GET') {
  const context = laboratory.context(await laboratory.serve(answer), { method });
  const found = { ...context, server: { ...context.server, timeout: 100 } };
  await runs(found);
  return found.found.runs;
}

const ENDLESS: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
};

const CUT: RequestListener = (request, response) => {
  response.writeHead(200, { 'content-length': 100 }).write('x');
  setImmediate(() => request.socket.destroy());
};

test('an event stream ends the probe with a message, and not with a crash', async () => {
  await expect(measured(ENDLESS)).rejects.toThrow(
    /sent a response whose body did not end within 100 ms\. Fix: use a URL whose response ends/,
  );
});

test('a response that the server cuts is not reported as a missing one', async () => {
  await expect(measured(CUT)).rejects.toThrow(
    /ended the connection in the middle of a response\. Fix: look at the log/,
  );
});

test('a request whose response is cut is not sent again, as in a browser', async () => {
  let requests = 0;
  const context = laboratory.context(
    await laboratory.serve((request, response) => (++requests === 2 ? CUT(request, response) : response.end())),
  );
  const connection = await PersistentConnection.open(context.server);
  const what = { method: 'GET', path: '/', headers: {} };
  await connection.attempt(what);
  const { failure } = await connection.attempt(what);
  connection.close();

  expect({ failure, requests }).toEqual({
    failure: expect.stringContaining('in the middle of a response'),
    requests: 2,
  });
});

test('a server that accepts the connection and stays silent is not looked for in the firewall', async () => {
  const silent = createServer();

  await expect(measured(silent)).rejects.toThrow(
    /accepted the connection, but did not respond within 100 ms\. Fix: look at what the server waits for/,
  );
});

test('the end of a body is measured apart from its head', async () => {
  const [own] = await measured((_, response) => {
    response.writeHead(200, { 'content-length': 1 }).flushHeaders();
    // The head must have arrived before time passes.
    setTimeout(() => {
      laboratory.pass(40);
      response.end('x');
    }, 30);
  });

  expect(own?.first).toMatchObject({ ms: 0, transfer: 40 });
});

test('headers that a browser accepts are accepted', async () => {
  const all = await measured((_, response) => response.setHeader('x-large', 'a'.repeat(150_000)).end());

  expect(all.every(({ first, second }) => first.status === 200 && second.status === 200)).toBe(true);
});

test('a HEAD request keeps the connection of a server that does so, and only then', async () => {
  const kept = await measured((_, response) => response.end(), 'HEAD');
  const closed = await measured((_, response) => response.setHeader('connection', 'close').end(), 'HEAD');

  expect(kept.map(({ first, second }) => first.closed || second.opening > 0)).toEqual([false, false, false]);
  expect(closed.map(({ first }) => first.closed)).toEqual([true, true, true]);
});

test('a server that ends between two connections is not one that was never started', async () => {
  let requests = 0;
  await expect(
    measured((request, response) => (++requests > 2 ? request.socket.destroy() : response.end())),
  ).rejects.toThrow(/^The server no longer answered after 1 connection: .*\. Fix: look in the log of the server/);
});

test('endless redirects that set a cookie ask for the cookie', async () => {
  const answer: RequestListener = ({ url }, response) => {
    const header = url === '/items' ? { 'set-cookie': 'session=1; path=/' } : {};
    response.writeHead(302, { ...header, location: url === '/items' ? '/login' : '/items' }).end();
  };

  await expect(measured(answer)).rejects.toThrow(
    /redirects more than 5 times.* Fix: pass the cookie .*'session=\.\.\.'/,
  );
});
