import { appending } from '../../../tools/scale/appending';
import { estimate } from '../../../tools/scale/estimate';
import { Cost, Quota } from '../../../tools/scale/facts';
import { DEFAULTS, type Load } from '../../../tools/scale/load';
import { isExceeded } from '../../../tools/scale/utilization';

const of = (changed: Partial<Load>) => estimate({ ...DEFAULTS, ...changed });

const share = (changed: Partial<Load>, limit: string) =>
  of(changed).utilization.find((utilization) => utilization.limit === limit)?.share;

describe('an estimate', () => {
  it('limits a broadcast by the quota that the requests of clients leave, after a full burst', () => {
    const { broadcast } = of({ connections: 1e6, pingInterval: 0 });
    const left = 1e4 - (2 * 1e6) / 6150;
    expect(broadcast.limit).toBe('API Gateway requests');
    expect(broadcast.all).toBeCloseTo((1e6 - Quota.requestBurst.value) / left, -1);
    expect(broadcast.half).toBeLessThan(broadcast.all / 2 + 1);
  });

  it('limits a broadcast by the deliver functions where the quota is high', () => {
    const raised = { connections: 1e6, requestsPerSecond: 1e7 };
    expect(of(raised).broadcast.limit).toBe('deliver functions');
    expect(of({ ...raised, concurrency: 2 }).broadcast.all).toBeGreaterThan(10 * of(raised).broadcast.all);
  });

  it('has no end for a broadcast where the requests of clients alone exceed the quota', () => {
    expect(of({ connections: 1e7 }).broadcast).toMatchObject({ half: Infinity, all: Infinity });
  });

  it('makes a broadcast to one of a hundred topics as fast as one to a hundredth of the connections', () => {
    const many = of({ connections: 1e5, topics: 100, requestsPerSecond: 1e7 });
    expect(many.broadcast.all).toBeCloseTo(of({ connections: 1e3, requestsPerSecond: 1e7 }).broadcast.all, 6);
  });

  it('posts every message of a slow topic, and one frame for each poll of a fast one', () => {
    expect(of({ connections: 1000, rate: 0.01 }).postsSaved).toBeCloseTo(0, 2);
    expect(of({ connections: 1000, rate: 60 }).postsPerSecond).toBeCloseTo(1000 * Quota.streamPollsPerSecond.value);
  });

  it('posts once for each batching window and the gap before its first message', () => {
    expect(of({ connections: 1000, rate: 5, maxBatchingWindow: 2 }).postsPerSecond).toBeCloseTo(1000 / 2.2, 1);
  });

  it('pushes alone what follows a pause, and so saves fewer posts where pauses are frequent', () => {
    expect(of({ rate: 0.01 }).afterPause).toBeCloseTo(0.99, 2);
    expect(of({ rate: 1 }).afterPause).toBeCloseTo(Math.exp(-0.6), 6);
    expect(of({ rate: 1, maxBatchingWindow: 15 }).afterPause).toBeLessThan(1e-6);
    expect(of({ rate: 0 }).afterPause).toBe(1);
  });

  it('reaches half of 100 connections within 100 ms after a pause, and three times as late from the stream', () => {
    const { broadcast, broadcastFromStream } = of({ connections: 100 });
    expect(broadcast.half).toBeLessThan(0.1);
    expect(broadcast.limit).toBe('push function');
    expect(broadcastFromStream.half).toBeGreaterThan(3 * broadcast.half);
    expect(of({ connections: 100, maxBatchingWindow: 2 }).broadcast).toEqual(broadcast);
    expect(of({ connections: 100, maxBatchingWindow: 2 }).broadcastFromStream.all).toBeCloseTo(
      broadcastFromStream.all + 2,
      6,
    );
  });

  it('adds the queue and the deliver functions to the short way for a topic with several shards', () => {
    const { broadcast } = of({ connections: 1000 });
    expect(broadcast.limit).toBe('deliver functions');
    expect(broadcast.half).toBeGreaterThan(of({ connections: 100 }).broadcast.half + Cost.queueSeconds.value);
  });

  it('starts each function in sequence, and opens its sockets, where they are new', () => {
    const start = Cost.coldSeconds.value;
    const sockets = 32 * Cost.socketCpu.value;
    const added = (load: Partial<Load>, name: 'broadcast' | 'broadcastFromStream') =>
      of({ ...load, cold: true })[name].all - of(load)[name].all;
    expect(added({ connections: 100 }, 'broadcast')).toBeCloseTo(start + sockets, 6);
    expect(added({ connections: 100, deliverMemory: 1769 }, 'broadcastFromStream')).toBeCloseTo(2 * start + sockets, 6);
    expect(added({ connections: 1, deliverMemory: 1769 }, 'broadcast')).toBeCloseTo(start + sockets / 32, 6);
  });

  it('posts in rounds of as many connections as there are sockets, or as the CPU allows', () => {
    const posts = (load: Partial<Load>) =>
      of({ connections: 100, ...load }).broadcast.all - of({ connections: 1 }).broadcast.all;
    expect(posts({ postCpu: 1 })).toBeCloseTo(0.03, 3);
    expect(posts({ postCpu: 1000 })).toBeCloseTo(0.1, 2);
    expect(posts({ postCpu: 1000, pushMemory: 884.5 })).toBeCloseTo(0.2, 2);
  });

  it('appends alone at a low rate, and in groups that are as large as the rate needs', () => {
    expect(appending({ rate: 1, bytes: 512 })).toMatchObject({ group: 1, partitionWrites: 4, tableWrites: 6 });
    const busy = appending({ rate: 300, bytes: 512 });
    expect(busy.group).toBeGreaterThan(1);
    expect(busy.group).toBeLessThan(16);
    expect(busy.partitionWrites).toBeCloseTo(300 * 2 * (1 + 1 / busy.group), 6);
    expect(appending({ rate: 1e4, bytes: 512 }).group).toBe(16);
    expect(appending({ rate: 1e4, bytes: 32_000 }).group).toBe(2);
  });

  it('limits a topic by the transactions of one process, and by the write units of its partition', () => {
    const { atMost } = appending({ rate: 1, bytes: 512 });
    expect(share({ rate: atMost }, 'appends to a topic')).toBeCloseTo(1, 6);
    expect(share({ rate: atMost }, 'writes to a topic')).toBeCloseTo((atMost * 2 * (1 + 1 / 16)) / 1000, 6);
  });

  it('counts the concurrent push functions, and calls a load sustained if only they are exceeded', () => {
    const many = { connections: 1e4, topics: 1e4, rate: 0.1, requestsPerSecond: 1e6 };
    expect(share(many, 'push functions')).toBeGreaterThan(1);
    expect(of(many).utilization.filter(isExceeded)).toEqual([]);
    expect(share({ ...many, topics: 1e3 }, 'push functions')).toBeLessThan(1);
  });

  it('counts marks in the writes and the reads of the log', () => {
    const [rare, frequent] = [
      { topics: 1000, connections: 1000, rate: 0.1 },
      { topics: 1000, connections: 1000, rate: 100 },
    ];
    // A single message: 6 units, and a mark for nearly each. 1 read of the head; its message, and its mark twice.
    expect(share(rare, 'log writes')).toBeCloseTo((100 * (6 + of(rare).afterPause)) / 4e4, 6);
    expect(share(rare, 'log reads')).toBeCloseTo((100 * (1 + 3 * of(rare).afterPause)) / 4e4, 6);
    expect(of(frequent).afterPause).toBeLessThan(1e-9);
  });

  it('posts a second frame when the messages of a batch exceed 32 KiB', () => {
    const batch = { connections: 1000, rate: 1, maxBatchingWindow: 15 };
    expect(of({ ...batch, bytes: 3000 }).postsPerSecond).toBeCloseTo(2 * of({ ...batch, bytes: 500 }).postsPerSecond);
  });

  it.each<[string, Partial<Load>, number]>([
    ['API Gateway connects', { connections: 500 * 6150 }, 1],
    ['writes to a topic', { rate: 20, bytes: 1024 }, 0.08],
    ['writes to a topic', { rate: 20, bytes: 1025 }, 0.12],
    ['API Gateway requests', { connections: 240 * 5000, rate: 0 }, 0.5 + (2 * 240 * 5000) / 6150 / 1e4],
  ])('uses the limit "%s" in proportion to the load %j', (limit, load, expected) => {
    expect(share(load, limit)).toBeCloseTo(expected, 5);
  });

  it('reconnects at the quota of new connections, or at what the connection table can write', () => {
    expect(of({ connections: 5000 }).reconnectSeconds).toBe(10);
    expect(of({ connections: 5000, tableWritesPerSecond: 1300 }).reconnectSeconds).toBe(50);
  });

  it('finds the shortest batching window with which the posts fit into the quota, and none where nothing fits', () => {
    expect(of({ connections: 1e3 }).shortestBatchingWindow).toBe(0);
    expect(of({ connections: 1e4, rate: 5 }).shortestBatchingWindow).toBe(1);
    expect(of({ connections: 1e7 })).not.toHaveProperty('shortestBatchingWindow');
    // A window of 10 s leaves 9,500 − 9,091 requests a second, and clients need 449.
    expect(of({ connections: 1e5, rate: 1, requestsPerSecond: 9500 }).shortestBatchingWindow).toBe(11);
  });
});
