import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runs } from '../../../../tools/probe/steps/runs';
import { Laboratory } from './laboratory';

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

/** A server that needs so many milliseconds for a request. */
function slow(ms: (request: Parameters<RequestListener>[0]) => number): RequestListener {
  return (request, response) => {
    laboratory.pass(ms(request));
    response.end('{}');
  };
}

/** True once for each key. */
function once<Key>(): (key: Key) => boolean {
  const seen = new Set<Key>();
  return (key) => seen.size < seen.add(key).size;
}

/** Response times of all runs: first, second, new URL, new URL again. */
async function timesOf(answer: RequestListener): Promise<(number | undefined)[][]> {
  const context = laboratory.context(await laboratory.serve(answer));
  await runs(context);
  return context.found.runs.map(({ first, second, otherUrl }) =>
    [first, second, ...(otherUrl ?? [])].map(({ ms }) => ms),
  );
}

test("the very first request is the page's own", async () => {
  const received: unknown[] = [];
  const url = await laboratory.serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    const { method, url: path, headers } = request;
    received.push({ method, path, body, type: headers['content-type'], origin: headers.origin });
    response.end();
  }, '/items?page=2');
  const headers = { 'content-type': 'application/json' };
  await runs(laboratory.context(url, { method: 'POST', body: '{"a":1}', headers, origin: 'https://app.example.com' }));

  expect(received.slice(0, 2)).toEqual(
    Array(2).fill({
      method: 'POST',
      path: '/items?page=2',
      body: '{"a":1}',
      type: 'application/json',
      origin: 'https://app.example.com',
    }),
  );
});

test('a cold process is slow once', async () => {
  const isFirst = once();

  expect(await timesOf(slow(() => (isFirst('process') ? 300 : 0)))).toEqual([
    [300, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
});

test('a cost of each connection is paid by the first request of each run', async () => {
  const isFirst = once();

  expect(await timesOf(slow(({ socket }) => (isFirst(socket) ? 250 : 0)))).toEqual([
    [250, 0],
    [250, 0, 0, 0],
    [250, 0, 0, 0],
  ]);
});

test('a cost of each URL is paid by a new URL in each run', async () => {
  const isFirst = once();

  expect(await timesOf(slow(({ url }) => (isFirst(url) ? 300 : 0)))).toEqual([
    [300, 0],
    [0, 0, 300, 0],
    [0, 0, 300, 0],
  ]);
});

test('the new URL is another path, if the user names one', async () => {
  const paths: string[] = [];
  const url = await laboratory.serve(({ url: path = '' }, response) => {
    paths.push(path.replace(/probe=[\w-]+$/, 'probe=ID'));
    response.end();
  });
  await runs(laboratory.context(url, { otherPath: '/orders?all' }, { rounds: 1 }));

  expect(paths).toEqual([...Array(4).fill('/items'), ...Array(2).fill('/orders?all=&probe=ID')]);
});

test('a connection that the server closes after each response is opened again for the next request', async () => {
  const connections = new Set();
  const url = await laboratory.serve((request, response) => {
    connections.add(request.socket);
    response.setHeader('connection', 'close').end();
  });
  const context = laboratory.context(url);
  await runs(context);

  expect(context.found.runs.map(({ first, second }) => [first.closed, second.closed])).toEqual(
    Array(3).fill([true, true]),
  );
  expect(connections.size).toBe(2 + 4 + 4);
});

test('another run follows one in which the probe was paused, and both are kept', async () => {
  let requests = 0;
  const times = await timesOf((_, response) => {
    requests += 1;
    // The first one on the second connection.
    if (requests === 3) {
      laboratory.pause(200);
    }
    response.end();
  });

  expect(times).toHaveLength(1 + 2 + 1);
});

test('the second request is sent again if the probe was paused, and the first one never is', async () => {
  const paused = [true, true, false];
  const url = await laboratory.serve((_, response) => {
    if (paused.shift()) {
      laboratory.pause(200);
    }
    response.end();
  });
  const context = laboratory.context(url, {}, { rounds: 0 });
  await runs(context);

  expect(context.found.runs.map(({ first, second }) => [first.pause > 0, second.pause])).toEqual([[true, 0]]);
});

describe('A status that is not expected', () => {
  /** Statuses in order; the last one is repeated. */
  const statuses =
    (...all: number[]): RequestListener =>
    (_, response) =>
      response.writeHead(all.length > 1 ? (all.shift() ?? 0) : (all[0] ?? 0)).end();

  it.each([
    [[401], /was answered 401: authentication is required\. Fix: /, 1],
    [[401, 403], /was answered 401: authentication is required/, 1],
    [[201, 409], /was answered 201, but the same again 409\. Fix: use a request that can be repeated/, 1],
    [[200, 429], /was answered 429: too many requests\. Fix: /, 1],
    [[200, 200, 429], /was answered 429: too many requests\. Fix: /, 2],
  ])('stops the measurement after %j, with its reason', async (all, reason, recorded) => {
    const context = laboratory.context(await laboratory.serve(statuses(...all)));

    await expect(runs(context)).rejects.toThrow(reason);
    expect(context.found.runs).toHaveLength(recorded);
  });

  it('does not stop it if only the first request has it, because the process may have been starting', async () => {
    const context = laboratory.context(await laboratory.serve(statuses(503, 200)));
    await runs(context);

    expect(context.found.runs.map(({ first }) => first.status)).toEqual([503, 200, 200]);
  });
});

describe('A request without a response', () => {
  it('is a result if it is the first one', async () => {
    const isFirst = once();
    const url = await laboratory.serve((request, response) => {
      if (isFirst('process')) {
        request.socket.destroy();
      } else {
        response.end();
      }
    });
    const context = laboratory.context(url);
    await runs(context);

    expect(context.found.runs[0]).toMatchObject({
      first: { status: 0, failure: expect.stringContaining('without a response') },
      second: { status: 200 },
    });
  });

  it('stops the measurement without a result if the second one has none either', async () => {
    const context = laboratory.context(await laboratory.serve(({ socket }) => socket.destroy()));

    await expect(runs(context)).rejects.toThrow('closed the connection without a response');
    expect(context.found.runs).toEqual([]);
  });
});

test('a run waits for the end of a restart that a request before it caused', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    if (requests === 2) {
      const { port } = server.address() as AddressInfo;
      server.close();
      setTimeout(() => server.listen(port, '127.0.0.1'), 50);
      response.setHeader('connection', 'close');
    }
    response.end();
  });
  const context = laboratory.context(await laboratory.serve(server), {}, { rounds: 1 });
  await runs(context);

  expect(context.found.runs.map(({ first, second }) => [first.status, second.status])).toEqual([
    [200, 200],
    [200, 200],
  ]);
});

test('a server that has ended stops the measurement', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    if (requests === 2) {
      server.close();
      response.setHeader('connection', 'close');
    }
    response.end();
  });
  const url = await laboratory.serve(server);
  const context = laboratory.contextInTime(url, {}, { rounds: 1 });
  const impatient = { ...context, server: { ...context.server, timeout: 100 } };

  await expect(runs(impatient)).rejects.toThrow(/refused the connection\. Fix: /);
  expect(context.found.runs).toMatchObject([{ first: { status: 200 } }, { first: { status: 0 } }]);
});

describe('A redirect', () => {
  it('is recorded and followed, and all later requests go to its target', async () => {
    const isFirst = once();
    const target = await laboratory.serve((_, response) => response.end());
    const url = await laboratory.serve((_, response) => {
      laboratory.pass(isFirst('process') ? 300 : 20);
      response.writeHead(301, { location: target.href }).end();
    });
    const context = laboratory.context(url);
    const located = await runs(context);

    expect(context.found.redirects).toEqual([
      { from: url.href, to: target.href, status: 301, ms: 300, again: Array(5).fill(20) },
    ]);
    expect([located.server.url.href, located.plan.request.url.href]).toEqual([target.href, target.href]);
    expect(context.found.runs).toHaveLength(3);
  });

  it('to the same origin is followed on the same connection, as in a browser', async () => {
    const connections = new Set();
    const url = await laboratory.serve((request, response) => {
      connections.add(request.socket);
      response.writeHead(request.url === '/items/' ? 200 : 307, { location: '/items/' }).end();
    });
    const context = laboratory.context(url, {}, { rounds: 0 });
    await runs(context);

    expect(context.found.runs).toMatchObject([{ tcp: 0, first: { status: 200 }, second: { status: 200 } }]);
    // And five for the redirect again.
    expect(connections.size).toBe(1 + 5);
  });

  it('is not followed if the user expects it', async () => {
    const url = await laboratory.serve((_, response) => response.writeHead(302, { location: '/login' }).end());
    const context = laboratory.context(url, { status: 302 });
    await runs(context);

    expect(context.found).toMatchObject({ redirects: [], runs: [{ first: { status: 302 } }, {}, {}] });
  });

  it('to itself stops the measurement', async () => {
    const url = await laboratory.serve((_, response) => response.writeHead(302, { location: '/items' }).end());

    await expect(runs(laboratory.context(url))).rejects.toThrow(/redirects more than 5 times/);
  });
});

test('an interrupted run rejects', async () => {
  const url = await laboratory.serve(() => laboratory.interrupt());

  await expect(runs(laboratory.context(url))).rejects.toThrow();
});
