import { once } from 'node:events';
import { connect } from 'node:net';
import { startGateway } from '../../websocket/gateway';
import { apiOf, close, DEVELOPER, Running } from './running';

const ok = () => ({ statusCode: 200 });
const assembly = (...ids: string[]) => ({
  webSocketApis: ids.map((logicalId) => apiOf([], { logicalId })),
});
const options = {
  ...{ invoke: async () => ({ payload: {} }), identity: DEVELOPER, log: () => undefined },
  awsEndpoint: 'http://127.0.0.1:1',
};

test('each API has its own port', async () => {
  const gateway = await startGateway(assembly('One', 'Two'), options);
  try {
    expect(Object.keys(gateway.ports)).toEqual(['One', 'Two']);
    expect(gateway.ports.One).not.toBe(gateway.ports.Two);
  } finally {
    await gateway.drain();
  }
});

test('a port that is in use is an error, and no other port stays open', async () => {
  const first = await startGateway(assembly('One'), options);
  const { One: port = 0 } = first.ports;
  try {
    await expect(startGateway(assembly('Other', 'One'), { ...options, ports: { One: port } })).rejects.toThrow(
      /EADDRINUSE/,
    );
  } finally {
    await first.drain();
  }
});

test('1,000 connections open, exchange messages and close', async () => {
  const running = await Running.start({
    functions: { $connect: ok, $disconnect: ok, $default: ({ body }) => ({ statusCode: 200, body }) },
    routes: ['$connect', '$disconnect', '$default'].map((key) => ({
      routeKey: key,
      functionArn: key,
      returnsResponse: true,
    })),
    limits: { newConnectionsPerSecond: 1000 },
  });
  try {
    const clients = await Promise.all(Array.from({ length: 1000 }, () => running.connected()));
    const answers = clients.map((client) => once(client, 'message'));
    for (const [index, client] of clients.entries()) {
      client.send(`${index}`);
    }
    const texts = (await Promise.all(answers)).map(([data]) => data.toString());
    expect(texts).toEqual(clients.map((_client, index) => `${index}`));
    await running.drain();
    expect(running.events.filter(({ name }) => name === '$disconnect')).toHaveLength(1000);
  } finally {
    await running.stop();
  }
}, 30_000);

describe('draining the gateway', () => {
  test('closes every connection with 1001 and waits for its $disconnect', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const running = await Running.start({ functions: { $disconnect: () => finished.then(ok) } });
    const closed = [close(await running.connected()), close(await running.connected())];
    let drained = false;
    const draining = running.drain().then(() => {
      drained = true;
    });
    expect(await Promise.all(closed)).toEqual([
      [1001, 'Going away'],
      [1001, 'Going away'],
    ]);
    // A full round trip with another gateway gives the sockets time to close on the other side.
    const other = await Running.start();
    await other.connected();
    await other.stop();
    expect(drained).toBe(false);
    finish();
    await draining;
    expect(running.events).toHaveLength(2);
  });

  test('waits for a running $connect but admits no client', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const running = await Running.start({
      functions: { $connect: () => new Promise((resolve) => (answer = resolve)), $disconnect: ok },
    });
    const refused = running.refused();
    await running.event('$connect');
    const drained = running.drain();
    answer({ statusCode: 200 });
    expect((await refused).status).toBe(503);
    await drained;
    expect(running.events.map(({ name }) => name)).toEqual(['$connect', '$disconnect']);
  });

  test('refuses new connections and leaves no socket open', async () => {
    const running = await Running.start();
    const { port } = running;
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    await running.drain();
    await once(idle.resume(), 'close');
    const late = connect(port, '127.0.0.1');
    const [error] = await once(late, 'error');
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('does not wait for a client that does not answer the close frame', async () => {
    const running = await Running.start({ limits: { closeMs: 30 } });
    (await running.connected()).pause();
    await running.drain();
    expect(running.events).toEqual([]);
    expect(running.log.map(({ text }) => text)).toContainEqual(expect.stringMatching(/ disconnected: /));
    await running.stop();
  });
});

test('each event is one log line of the WebSocket process, with the API and the connection', async () => {
  const running = await Running.start({ functions: { $connect: ok, $disconnect: ok, $default: ok } });
  try {
    const client = await running.connected();
    client.send('x');
    await running.until(() => running.log.some(({ text }) => text.includes('$default: 200')));
    client.close(1000, 'done');
    await running.until(() => running.log.some(({ text }) => text.includes('$disconnect: 200')));
    const id = running.events[0]?.event.requestContext.connectionId;
    expect(running.log.map(({ text }) => text.replace(id, 'ID').replace(/\d+ ms/, 'N ms'))).toEqual([
      'ID $connect: 200 in N ms',
      'ID connected from 127.0.0.1',
      'ID $default: 200 in N ms',
      'ID disconnected: 1000',
      'ID $disconnect: 200 in N ms',
    ]);
    expect(new Set(running.log.map(({ process, of, level }) => `${process} ${of} ${level}`))).toEqual(
      new Set(['websocket Api info']),
    );
  } finally {
    await running.stop();
  }
});
