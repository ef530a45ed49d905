import { estimate } from '../../../tools/scale/estimate';
import { Cost, Servers } from '../../../tools/scale/facts';
import { DEFAULTS, type Load } from '../../../tools/scale/load';
import { recipientsOf } from '../../../tools/scale/recipients';

/** Servers without messages, unless the test changes it. */
const QUIET: Load = { ...DEFAULTS, entry: 'servers', rate: 0 };

const of = (changed: Partial<Load>) => estimate({ ...QUIET, ...changed });

const share = (changed: Partial<Load>, limit: string) =>
  of(changed).utilization.find((utilization) => utilization.limit === limit)?.share;

describe('an estimate of servers', () => {
  it('has as many tasks as keep their connections within the target of the scaling, and at least two', () => {
    expect(of({ connections: 1 }).tasks?.count).toBe(2);
    expect(of({ connections: 6000 }).tasks?.count).toBe(2);
    expect(of({ connections: 6001 }).tasks?.count).toBe(3);
    expect(of({ connections: 6000, connectionsPerTask: 1000 }).tasks).toMatchObject({ count: 10, connections: 0.6 });
  });

  it('has more tasks where their CPU would exceed its target, and not one more', () => {
    const busy = { connections: 30_000, rate: 1, sendCpu: 500 };
    const { count = 0, cpu = 0 } = of(busy).tasks ?? {};
    expect(count).toBeGreaterThan(of({ ...busy, sendCpu: 1 }).tasks?.count ?? 0);
    expect(cpu).toBeLessThanOrEqual(Servers.targetShare.value);
    expect((cpu * count) / (count - 1)).toBeGreaterThan(Servers.targetShare.value);
    expect(of({ ...busy, taskCpu: 1024 }).tasks?.count).toBeLessThan(count);
  });

  it('counts the CPU of posts, which decide where each task has few connections of a topic', () => {
    const rooms = { connections: 30_000, topics: 3000, rate: 1 };
    const [cheap, dear] = [of({ ...rooms, handshakeCpu: 1 }), of(rooms)];
    expect(dear.tasks?.count).toBeGreaterThan(cheap.tasks?.count ?? 0);
    // The posts of a topic go to fewer than ten tasks, those of its connections.
    expect(dear.postsPerSecond).toBeLessThan(30_000);
    expect(dear.postsPerSecond).toBeGreaterThan(0.75 * 30_000);
  });

  it('posts a message once to each task that has connections of its topic', () => {
    expect(recipientsOf({ ...QUIET, connections: 30_000 })).toMatchObject({ name: 'tasks', count: 10 });
    expect(recipientsOf({ ...QUIET, connections: 30_000, topics: 30_000 }).count).toBeCloseTo(1, 6);
    expect(of({ connections: 30_000, rate: 0.01 }).postsPerSecond).toBeCloseTo(0.1, 2);
    expect(of({ connections: 30_000, rate: 0.01, entry: 'apiGateway' }).postsPerSecond).toBeCloseTo(300, 0);
  });

  it('posts a batch in requests of up to 128 KiB, and sends it in frames of 32 KiB', () => {
    // 100 messages, the largest batch of the stream.
    const batch = { connections: 3000, maxBatchingWindow: 30, rate: 10, pingInterval: 0 };
    const [small, large] = [of({ ...batch, bytes: 100 }), of({ ...batch, bytes: 1000 })];
    expect(large.postsPerSecond).toBeCloseTo(small.postsPerSecond, 6);
    expect(large.tasks?.cpu).toBeGreaterThan(3.5 * (small.tasks?.cpu ?? 0));
    expect(of({ ...batch, bytes: 6000 }).postsPerSecond).toBeCloseTo(5 * small.postsPerSecond, 6);
  });

  it('reaches all connections after the posts to the tasks and the sends of a task', () => {
    const { broadcast } = of({ connections: 30_000 });
    const idle = of({ connections: 30_000, taskCpu: 16_384, sendCpu: 1 }).broadcast;
    expect(broadcast.limit).toBe('task CPU');
    expect(idle.limit).toBe('push function');
    const sends = (3000 * 19e-6) / 0.25;
    expect(broadcast.all - idle.all).toBeCloseTo(sends, 3);
    expect(broadcast.half - idle.half).toBeCloseTo(sends / 2, 3);
  });

  it('takes the short way without the delivery queue up to 200 tasks', () => {
    expect(of({ connections: 600_000 }).broadcast.limit).toBe('task CPU');
    const [one, several] = [6e5, 7e5].map((connections) => of({ connections, sendCpu: 1 }).broadcast);
    expect((several?.all ?? 0) - (one?.all ?? 0)).toBeGreaterThan(Cost.queueSeconds.value);
  });

  it('reads the lease of a task first in new functions', () => {
    const added = (entry: Load['entry']) =>
      of({ entry, connections: 1, cold: true }).broadcast.all - of({ entry, connections: 1 }).broadcast.all;
    expect(added('servers') - added('apiGateway')).toBeCloseTo(Cost.readSeconds.value, 6);
  });

  it('reconnects at what the CPU of the tasks allows, or at the tickets that the admission table can write', () => {
    const connect = 170e-6 + 2 * 19e-6;
    expect(of({ connections: 3000 }).reconnectSeconds).toBeCloseTo(3000 / ((2 * 0.25) / connect), 6);
    expect(of({ connections: 30_000 }).reconnectSeconds).toBeCloseTo(30_000 / 4000, 6);
    expect(of({ connections: 30_000, tableWritesPerSecond: 10_000 }).reconnectSeconds).toBeCloseTo(30, 6);
  });

  it('writes leases, slots and the numbers of subscribers, and no frames', () => {
    const units = (load: Partial<Load>) => 4e4 * (share(load, 'connection writes') ?? 0);
    const renewals = 30_000 / 6150;
    const changes = (2 * renewals) / 10;
    expect(units({ connections: 30_000 })).toBeCloseTo(3 * renewals + 10 / 10 + (10 * changes) / (1 + changes), 6);
    expect(units({ connections: 30_000, pingInterval: 10 })).toBe(units({ connections: 30_000 }));
    // A task with one connection on each topic renews its subscription when the connection changes, or each hour.
    expect(units({ connections: 2, topics: 1 })).toBeCloseTo((3 * 2) / 6150 + 0.2 + 2 / 3600, 3);
  });

  it.each([
    ['Fargate vCPUs', { connections: 72_000 }, 1],
    ['Fargate vCPUs', { connections: 72_000, fargateVcpus: 60 }, 0.1],
    ['targets', { connections: 3e6 }, 1],
    ['task memory', { connections: 3000, taskMemory: 1024 }, (3000 * 8600) / 2 ** 31],
  ])('uses the limit "%s" in proportion to the load %j', (limit, load, expected) => {
    expect(share(load, limit)).toBeCloseTo(expected, 6);
  });

  it('uses no quota of API Gateway, and no functions that answer clients', () => {
    const limits = of({}).utilization.map(({ limit }) => limit);
    expect(limits.filter((limit) => /API Gateway|client functions/.test(limit))).toEqual([]);
    expect(of({})).not.toHaveProperty('shortestBatchingWindow');
    expect(of({ entry: 'apiGateway' })).not.toHaveProperty('tasks');
  });
});
