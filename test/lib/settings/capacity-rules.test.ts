import { problemsOf } from './problems-of';

describe('The HTTP lane', () => {
  test('must not need more tasks than it may have', () => {
    expect(problemsOf({ 'capacity.http.minTasks': 5 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.minTasks',
        value: 5,
        rule: 'must not be more than maxTasks, 4',
        mend: 'write 4 or less, or raise maxTasks to 5',
      },
    ]);
  });

  test('must have memory that Fargate sells with its cpu', () => {
    expect(problemsOf({ 'capacity.http.cpu': 512, 'capacity.http.memoryMiB': 8192 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.memoryMiB',
        value: 8192,
        rule: 'must be a size that Fargate sells with cpu 512, from 1024 to 4096',
        mend: 'write 4096, the nearest, or choose another cpu',
      },
    ]);
  });

  test('must fit twice in the vCPU quota, as a deployment runs old and new tasks', () => {
    expect(problemsOf({ 'capacity.http.maxTasks': 12 })).toEqual([]);
    expect(problemsOf({ 'capacity.http.maxTasks': 13 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.maxTasks',
        value: 13,
        rule: 'must fit twice, for deployments, in the quota of 6 vCPU: 2 x 13 x 0.25 is more',
        mend: 'lower maxTasks or cpu, or have quota L-3032A538 raised and write it in quotas.fargateVcpus',
      },
    ]);
    expect(problemsOf({ 'capacity.http.maxTasks': 13, quotas: { fargateVcpus: 7 } })).toEqual([]);
  });
});

describe('The WebSocket lane', () => {
  test('must keep its rate within the quota of the account', () => {
    expect(problemsOf({ 'capacity.websocket.rateLimit': 10_001 })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.rateLimit',
        value: 10_001,
        rule: 'must fit in the quota of 10000 requests a second',
        mend: 'lower it, or have quota L-8A5B8E43 raised and write it in quotas.apiGatewayRequestsPerSecond',
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
        rule: 'must fit in the burst of 5000 requests',
        mend: 'lower it, or, if AWS has set a higher one, write it in quotas.apiGatewayBurst',
      },
    ]);
    expect(problemsOf({ 'capacity.websocket.burstLimit': 5001, quotas: { apiGatewayBurst: 10_000 } })).toEqual([]);
  });

  test('has a smaller quota in some Regions', () => {
    const milan = { region: 'eu-south-1', availabilityZones: ['eu-south-1a', 'eu-south-1b'] };
    expect(
      problemsOf({ ...milan, 'capacity.websocket.rateLimit': 2501, 'capacity.websocket.burstLimit': 1251 }),
    ).toEqual([
      expect.objectContaining({ rule: 'must fit in the quota of 2500 requests a second' }),
      expect.objectContaining({ rule: 'must fit in the burst of 1250 requests' }),
    ]);
  });

  test('must leave 100 executions unreserved', () => {
    const reserve = (deliver: number) => ({ 'capacity.websocket.reservedConcurrency': { connect: 400, deliver } });
    expect(problemsOf(reserve(500))).toEqual([]);
    expect(problemsOf(reserve(501))).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.reservedConcurrency',
        value: { connect: 400, deliver: 501 },
        rule: 'must leave 100 of the quota of 1000 executions unreserved, and reserves 901',
        mend: 'reserve 900 in all or less, or have quota L-B99A9384 raised and write it in quotas.lambdaConcurrency',
      },
    ]);
    expect(problemsOf({ ...reserve(501), quotas: { lambdaConcurrency: 1001 } })).toEqual([]);
  });

  test('may reserve nothing in an account too new to have anything to reserve', () => {
    expect(problemsOf({ quotas: { lambdaConcurrency: 10 } })).toEqual([]);
  });
});
