import { estimate } from '../../../tools/scale/estimate';
import { Quota } from '../../../tools/scale/facts';
import { DEFAULTS, type Load } from '../../../tools/scale/load';

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
    expect(of({ connections: 1000, rate: 5, maxBatchingWindow: 2 }).postsPerSecond).toBeCloseTo(1000 / 2.2);
  });

  it('posts a second frame when the messages of a batch exceed 32 KiB', () => {
    const batch = { connections: 1000, rate: 1, maxBatchingWindow: 15 };
    expect(of({ ...batch, bytes: 3000 }).postsPerSecond).toBeCloseTo(2 * of({ ...batch, bytes: 500 }).postsPerSecond);
  });

  it.each<[string, Partial<Load>, number]>([
    ['API Gateway connects', { connections: 500 * 6150 }, 1],
    ['appends to a topic', { rate: 50 }, 0.75],
    ['writes to a topic', { rate: 100, bytes: 1024 }, 0.6],
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
  });
});
