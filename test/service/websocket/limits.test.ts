import { setTimeout as delay } from 'node:timers/promises';
import { taskOf } from '../../../lambda/realtime/task-id';
import { LIMITS } from '../../../service/websocket/limits';
import { LaneOfTasks } from './lane-of-tasks';

let lane: LaneOfTasks;

beforeEach(() => {
  lane = new LaneOfTasks();
});

afterEach(() => lane.stop());

describe('a socket', () => {
  it.each([
    [1009, 'a text of more than 32 KiB', Buffer.alloc(32 * 1024 + 1, 'x'), false],
    [1003, 'a binary frame', Buffer.from('{}'), true],
    [1007, 'a text that is not UTF-8', Buffer.from([0xff]), false],
  ])('is closed with %i after %s, and its slot is free', async (code, _, data, binary) => {
    const { url } = await lane.start();
    const principal = lane.newPrincipal();
    const client = await lane.connect(url, principal);
    client.socket.send(data, { binary });
    expect(await client.closed).toBe(code);
    await lane.hasSlots(principal, 0);
  });

  it('is closed with 1008 if it sends a message in too many fragments', async () => {
    const { url } = await lane.start();
    const { socket, closed } = await lane.connect(url);
    for (let fragment = 0; fragment <= LIMITS.fragments; fragment++) {
      socket.send(' ', { fin: false });
    }
    expect(await closed).toBe(1008);
  });

  it('answers a text in fragments', async () => {
    const { url } = await lane.start();
    const client = await lane.connect(url);
    client.socket.send('{"action":"ping",', { fin: false });
    client.socket.send('"ref":"1"}');
    expect(await client.receives((frame) => 'ref' in frame && frame.ref === '1')).toMatchObject({ type: 'pong' });
  });

  it('answers a text of 32 KiB', async () => {
    const { url } = await lane.start();
    const client = await lane.connect(url);
    const ref = '1';
    client.socket.send(JSON.stringify({ action: 'ping', ref }).padEnd(32 * 1024));
    expect(await client.receives((frame) => 'ref' in frame && frame.ref === ref)).toMatchObject({ type: 'pong' });
  });

  it('is closed with 1001 when it is idle or too old', async () => {
    const { url } = await lane.start({ limits: { ...LIMITS, idleMs: 50 } });
    const { url: other } = await lane.start({ limits: { ...LIMITS, ageMs: 50 } });
    const clients = await Promise.all([lane.connect(url), lane.connect(other)]);
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1001, 1001]);
  });

  it('is closed with 1000 when its authorization ends, and gets no message after that', async () => {
    const { url } = await lane.start();
    const expiresAt = (Date.now() + 1500) / 1000;
    const [short, long] = [await lane.connect(url, { ...lane.newPrincipal(), expiresAt }), await lane.connect(url)];
    for (const client of [short, long]) {
      await client.ask({ action: 'subscribe', topic: 'room' });
    }
    await lane.publish('room', 1);
    await short.receives(({ type }) => type === 'message');
    expect(await short.closed).toBe(1000);
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt * 1000 - 1);
    await lane.publish('room', 2);
    await long.receives((frame) => frame.type === 'message' && frame.data === 2);
    expect(short.data).toEqual([1]);
  });

  it('that is flooding is refused and closed with 1000', async () => {
    const { url } = await lane.start({ frames: { perSecond: 1, burst: 5 } });
    const client = await lane.connect(url);
    for (let frame = 0; frame < 20; frame++) {
      client.socket.send('{"action":"ping"}');
    }
    expect(await client.closed).toBe(1000);
    expect(client.frames.filter(({ type }) => type === 'pong').length).toBeGreaterThanOrEqual(5);
  });
});

describe('a client that reads nothing', () => {
  it('is disconnected, and other subscribers get everything meanwhile', async () => {
    const { url, task } = await lane.start({ limits: { ...LIMITS, bufferedBytes: 64 * 1024 } });
    const principal = lane.newPrincipal();
    const [slow, quick] = [await lane.connect(url, principal), await lane.connect(url)];
    for (const client of [slow, quick]) {
      await client.ask({ action: 'subscribe', topic: 'room' });
    }
    const [connection] = await lane.table.connectionsOf(principal);
    const taskId = taskOf(connection?.id ?? '');
    slow.socket.pause();
    const text = JSON.stringify({ type: 'made-up', data: 'x'.repeat(200_000) });
    let posts = 0;
    while (task.size > 1) {
      posts += 1;
      expect(await lane.posts.post(taskId, `acme/room\n${text}`)).toBe('sent');
      while (quick.frames.length < posts + 1) {
        await delay(1);
      }
    }
    await lane.hasSlots(principal, 0);
    expect(await quick.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  });

  it('is disconnected if it sends pings, whose pongs would need ever more memory', async () => {
    const { url, task } = await lane.start({ limits: { ...LIMITS, bufferedBytes: 64 * 1024 } });
    const { socket } = await lane.connect(url);
    socket.on('error', () => undefined);
    socket.pause();
    const payload = Buffer.alloc(125);
    while (task.size > 0) {
      for (let ping = 0; ping < 1000; ping++) {
        socket.ping(payload, true, () => undefined);
      }
      await delay(1);
    }
  });
});
