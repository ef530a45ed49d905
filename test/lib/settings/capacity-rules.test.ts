import { problemsOf } from './problems-of';

describe('The HTTP lane', () => {
  test('must not have a minimum of tasks above the maximum', () => {
    expect(problemsOf({ 'capacity.http.minTasks': 5 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.minTasks',
        value: 5,
        rule: 'must be at most maxTasks, 4',
        fix: 'set it to 4 or less, or maxTasks to 5 or more',
      },
    ]);
  });

  test('must have a memory size that Fargate has for its cpu', () => {
    expect(problemsOf({ 'capacity.http.cpu': 512, 'capacity.http.memoryMiB': 8192 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.memoryMiB',
        value: 8192,
        rule: 'must be a Fargate memory size for cpu 512, from 1024 to 4096',
        fix: 'use 4096, or another cpu',
      },
    ]);
  });

  test('must fit twice in the vCPU quota, as a deployment runs old and new tasks', () => {
    expect(problemsOf({ 'capacity.http.maxTasks': 12 })).toEqual([]);
    expect(problemsOf({ 'capacity.http.maxTasks': 13 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.maxTasks',
        value: 13,
        rule: 'needs 6.5 vCPU during a deployment (2 x 13 tasks x 0.25 vCPU), and the quota is 6',
        fix: 'lower maxTasks or cpu, or request an increase of quota L-3032A538 and set quotas.fargateVcpus',
      },
    ]);
    expect(problemsOf({ 'capacity.http.maxTasks': 13, quotas: { fargateVcpus: 7 } })).toEqual([]);
  });
});

const SERVERS = { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };

const problemsWithServers = (servers: object, changes: Record<string, unknown> = {}) =>
  problemsOf({ 'capacity.websocket': { ...SERVERS, ...servers }, ...changes });

describe('Servers of the WebSocket lane', () => {
  test('are accepted with all of their settings', () => {
    expect(problemsWithServers({ connectionsPerTask: 60_000, loadBalancer: 'shared' })).toEqual([]);
  });

  test('must not have a minimum of tasks above the maximum', () => {
    expect(problemsWithServers({ minTasks: 5 })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.minTasks',
        value: 5,
        rule: 'must be at most maxTasks, 4',
        fix: 'set it to 4 or less, or maxTasks to 5 or more',
      },
    ]);
  });

  test('must have a memory size that Fargate has for their cpu', () => {
    expect(problemsWithServers({ cpu: 512, memoryMiB: 8192 })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.memoryMiB',
        value: 8192,
        rule: 'must be a Fargate memory size for cpu 512, from 1024 to 4096',
        fix: 'use 4096, or another cpu',
      },
    ]);
  });

  test('must fit twice in the vCPU quota, together with the tasks of the HTTP lane', () => {
    expect(problemsWithServers({ maxTasks: 8 })).toEqual([]);
    expect(problemsWithServers({ maxTasks: 9 })).toEqual([
      {
        path: 'twinlane.dev.capacity',
        value: undefined,
        rule: 'needs 6.5 vCPU during a deployment (http: 2 x 4 tasks x 0.25 vCPU; websocket: 2 x 9 tasks x 0.25 vCPU), and the quota is 6',
        fix: 'lower maxTasks or cpu of a lane, or request an increase of quota L-3032A538 and set quotas.fargateVcpus',
      },
    ]);
    expect(problemsWithServers({ maxTasks: 9 }, { quotas: { fargateVcpus: 7 } })).toEqual([]);
  });

  test('have the whole vCPU quota if the HTTP lane has a function', () => {
    const lambda = { 'capacity.http': { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 } };
    expect(problemsWithServers({ maxTasks: 12 }, lambda)).toEqual([]);
    expect(problemsWithServers({ maxTasks: 13 }, lambda)).toMatchObject([
      { path: 'twinlane.dev.capacity.websocket.maxTasks', rule: expect.stringContaining('2 x 13 tasks') },
    ]);
  });
});

describe('The WebSocket lane', () => {
  test('must keep its rate within the quota of the account', () => {
    expect(problemsOf({ 'capacity.websocket.rateLimit': 10_001 })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.rateLimit',
        value: 10_001,
        rule: 'must be at most the quota of 10000 requests per second',
        fix: 'lower it, or request an increase of quota L-8A5B8E43 and set quotas.apiGatewayRequestsPerSecond',
      },
    ]);
    expect(
      problemsOf({ 'capacity.websocket.rateLimit': 10_001, quotas: { apiGatewayRequestsPerSecond: 20_000 } }),
    ).toEqual([]);
  });

  test('must keep its burst within that of the account', () => {
    expect(problemsOf({ 'capacity.websocket.burstLimit': 5001 })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.burstLimit',
        value: 5001,
        rule: 'must be at most the burst quota of 5000 requests',
        fix: 'lower it, or set quotas.apiGatewayBurst if AWS gave your account a higher one',
      },
    ]);
    expect(problemsOf({ 'capacity.websocket.burstLimit': 5001, quotas: { apiGatewayBurst: 10_000 } })).toEqual([]);
  });

  test('must keep within the smaller quota of some Regions', () => {
    const milan = { region: 'eu-south-1', availabilityZones: ['eu-south-1a', 'eu-south-1b'] };
    expect(
      problemsOf({ ...milan, 'capacity.websocket.rateLimit': 2501, 'capacity.websocket.burstLimit': 1251 }),
    ).toEqual([
      expect.objectContaining({ rule: 'must be at most the quota of 2500 requests per second' }),
      expect.objectContaining({ rule: 'must be at most the burst quota of 1250 requests' }),
    ]);
  });
});
