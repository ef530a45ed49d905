import { LaneOfTasks, ORIGIN } from './lane-of-tasks';

let lane: LaneOfTasks;

beforeEach(() => {
  lane = new LaneOfTasks();
});

afterEach(() => {
  jest.restoreAllMocks();
  lane.stop();
});

/** Starts a task. @returns its URL, and the function that its timer of 20 s calls */
async function startWithTimer() {
  const timers = jest.spyOn(global, 'setInterval');
  const started = await lane.start({ drainSeconds: 0.1 });
  const [measure] = timers.mock.calls.find(([, milliseconds]) => milliseconds === 20_000) ?? [];
  timers.mockRestore();
  return { ...started, measure: () => measure?.() };
}

test('a task writes the number of its open sockets every 20 seconds, also if there is none', async () => {
  const { url, measure } = await startWithTimer();
  measure();
  const first = await lane.connect(url);
  await lane.connect(url);
  measure();
  first.socket.close();
  await first.closed;
  for (let open = 2; open > 1;) {
    measure();
    open = Number(lane.metrics.written.at(-1)?.OpenConnections);
  }
  expect(lane.metrics.written.slice(0, 2)).toEqual([{ OpenConnections: 0 }, { OpenConnections: 2 }]);
});

test('a task counts refused handshakes by the reason of their status, and no handshake for another path', async () => {
  const { url, measure } = await startWithTimer();
  const refused = (to: string, protocols: readonly string[], origin = ORIGIN) =>
    expect(lane.open(to, [...protocols], { origin })).rejects.toThrow('Unexpected server response');
  await refused(url, ['twinlane.v1']);
  await refused(url, ['twinlane.v1', `ticket.${'x'.repeat(43)}`]);
  await refused(url, await lane.protocolsFor(), 'https://evil.example.com');
  await refused(`${url}/other`, await lane.protocolsFor());
  expect(lane.metrics.written).toEqual([]);
  measure();
  expect(lane.metrics.written).toEqual([
    { OpenConnections: 0 },
    { Reason: 'unauthorized', Refused: 2 },
    { Reason: 'forbidden', Refused: 1 },
  ]);
});

test('a task that is full counts a handshake as unavailable', async () => {
  const { url } = await lane.start({ connectionsPerTask: 0 });
  await expect(lane.connect(url)).rejects.toThrow('503');
  lane.metrics.write();
  expect(lane.metrics.written).toEqual([{ Reason: 'unavailable', Refused: 1 }]);
});

test('a task counts a handshake and a frame that fail with an unexpected error as internal', async () => {
  const { url } = await lane.start();
  const client = await lane.connect(url);
  lane.before = () => Promise.reject(new RangeError('no'));
  expect(await client.ask({ action: 'presence', topic: 'a' })).toMatchObject({ code: 'internal' });
  const protocols = ['twinlane.v1', `ticket.${'x'.repeat(43)}`];
  await expect(lane.open(url, protocols, { origin: ORIGIN })).rejects.toThrow('500');
  lane.before = async () => undefined;
  lane.metrics.write();
  expect(lane.metrics.written).toEqual([{ Reason: 'internal', Refused: 2 }]);
});

test('a task counts refused frames, and writes what is left at the end of its drain', async () => {
  const { task, url } = await lane.start({ drainSeconds: 0.1 });
  const client = await lane.connect(url, { ...lane.newPrincipal(), scopes: ['topics:read'] });
  expect(await client.ask({ action: 'publish', topic: 'a', data: 1 })).toMatchObject({ code: 'forbidden' });
  expect(await client.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  expect(lane.metrics.written).toEqual([]);
  await task.drain();
  expect(lane.metrics.written).toEqual([{ Reason: 'forbidden', Refused: 1 }]);
});
