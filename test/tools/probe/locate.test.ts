import http from 'node:http';
import { emptyMeasurements, type Measurements } from '../../../tools/probe/measurements';
import { pageRequest } from '../../../tools/probe/network/page-request';
import { PersistentConnection } from '../../../tools/probe/network/persistent-connection';
import { redirectTarget } from '../../../tools/probe/network/redirect';
import { RunningClock } from '../../../tools/probe/network/running-clock';
import type { Plan } from '../../../tools/probe/plan';
import type { Context } from '../../../tools/probe/steps/context';
import { locate, relocate } from '../../../tools/probe/steps/locate';
import { listening } from './loopback';

describe('The probe', () => {
  const servers: http.Server[] = [];
  const clock = new RunningClock();
  let found: Measurements;

  beforeEach(() => {
    found = emptyMeasurements();
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  afterAll(() => clock.stop());

  async function serving(listener: http.RequestListener): Promise<URL> {
    const server = http.createServer(listener);
    servers.push(server);
    return (await listening(server, 'http')).url;
  }

  function located(url: URL, more: Partial<Plan> = {}): Promise<Context> {
    const plan: Plan = {
      request: { url, method: 'POST', headers: {}, body: '{}', credentials: 'same-origin' },
      fresh: false,
      rounds: 2,
      rests: [],
      network: { insecure: false, timeout: 5_000 },
      ...more,
    };
    return locate(plan, found, () => undefined, new AbortController().signal, clock);
  }

  it('sends no request while it looks for the server', async () => {
    let requests = 0;
    const { server } = await located(await serving(() => requests++));

    expect(server.address).toBe('127.0.0.1');
    expect(found.families).toMatchObject([{ family: 4, outcome: 'connected' }]);
    expect(requests).toBe(0);
  });

  it('connects to both addresses of localhost, whatever the hosts file says', async () => {
    const { port } = await serving(() => undefined);
    const { server } = await located(new URL(`http://localhost:${port}`));

    expect(server.address).toBe('127.0.0.1');
    expect(found.families.map(({ address }) => address)).toEqual(['::1', '127.0.0.1']);
  });

  it('follows a redirect to another server, each of which gets one request', async () => {
    const received: string[] = [];
    const other = await serving(({ method, url }, response) => {
      received.push(`${method} ${url}`);
      response.end();
    });
    const context = await located(
      await serving((_, response) => response.writeHead(302, { location: `${other.href}items/?page=2` }).end()),
    );
    const first = await sent(context);
    const target = redirectTarget(first, context.server.url);
    const next = await relocate(context, target ?? other, first.status);
    await sent(next);

    expect(received).toEqual(['GET /items/?page=2']);
    expect(next.plan.request).toMatchObject({ method: 'GET', url: target });
    expect(found.families).toHaveLength(1);
  });

  it('uses the same address after a redirect to another path, without another connection', async () => {
    let connections = 0;
    const url = await serving((_, response) => response.end());
    servers[0]?.on('connection', () => connections++);
    const context = await located(url);
    const { server, plan } = await relocate(context, new URL('/items/', url));

    expect(server).toEqual({ ...context.server, url: new URL('/items/', url) });
    expect(plan.request).toMatchObject({ method: 'POST', body: '{}' });
    expect(connections).toBe(1);
  });

  it('gets a ticket with the headers of the page, and without those of its body', async () => {
    const received: http.IncomingHttpHeaders[] = [];
    const url = await serving(({ headers }, response) => {
      received.push(headers);
      response.writeHead(201).end('{"ticket":"t1"}');
    });
    const headers = { authorization: 'Bearer abc', 'content-type': 'application/json' };
    const { opening } = await located(url, {
      request: { url, method: 'POST', headers, body: '{}', credentials: 'same-origin' },
      socket: { url: socketUrl(url), subprotocol: '', origin: 'http://localhost:5500', frames: [], tickets: url },
    });

    expect(await opening?.ticket?.()).toBe('t1');
    expect(received).toMatchObject([{ authorization: 'Bearer abc', origin: 'http://localhost:5500' }]);
    expect(received[0]).not.toHaveProperty('content-type');
  });

  it.each([
    [401, ''],
    [200, 'no JSON'],
    [200, '{"token":"t1"}'],
  ])('names --tickets if the response is %d with the body %j', async (status, body) => {
    const url = await serving((_, response) => response.writeHead(status).end(body));
    const { opening } = await located(url, {
      socket: { url: socketUrl(url), subprotocol: '', frames: [], tickets: url },
    });

    await expect(opening?.ticket?.()).rejects.toThrow(
      new RegExp(`answered ${status} without a ticket\\. Fix: check --tickets, and pass --header 'authorization`),
    );
  });
});

async function sent({ server, plan }: Context) {
  const connection = await PersistentConnection.open(server);
  try {
    return await connection.send(pageRequest(plan.request));
  } finally {
    connection.close();
  }
}

function socketUrl({ host }: URL): URL {
  return new URL(`ws://${host}`);
}
