import { cdk } from '../../support/example-project';
import { billOf } from '../../../tools/cost/bill-of';
import { USER_DEFAULTS } from '../../../tools/cost/load-of';
import { readStage } from '../../../tools/cost/read-stage';
import type { PlannedResource } from '../../../tools/preflight/planned-stack';
import { BILLED_TYPES, FREE_TYPES, NEGLIGIBLE_TYPES } from './resource-types';
import { GATEWAY_WITH_SERVERS, SHARED_LOAD_BALANCER, STAGES, stageTemplate } from '../../stack/stages';
import { resourcesOf } from './resources-of';

const today = new Date('2026-11-28');

const { prod: settings } = cdk.context.twinlane;

/** Settings that change the stage `prod`, so that functions are provisioned and a function answers HTTP requests. */
const PROVISIONED = {
  capacity: {
    http: { type: 'lambda', memoryMiB: 512, reservedConcurrency: 50 },
    websocket: {
      ...settings.capacity.websocket,
      provisionedConcurrency: { push: { minCapacity: 3, maxCapacity: 5 } },
    },
  },
} as const;

const TEMPLATES: Readonly<Record<string, readonly PlannedResource[]>> = {
  ...Object.fromEntries(STAGES.map((stage) => [stage, resourcesOf(stageTemplate(stage))])),
  'servers on the load balancer of HTTP': resourcesOf(stageTemplate('servers', SHARED_LOAD_BALANCER)),
  'servers behind CloudFront': resourcesOf(stageTemplate('gateway', GATEWAY_WITH_SERVERS)),
  'prod with a canary of Synthetics': resourcesOf(
    stageTemplate('prod', { operation: { canary: { type: 'synthetics' } } }),
  ),
  'prod without authentication': resourcesOf(
    stageTemplate('prod', { authentication: { type: 'none' }, operation: { canary: { everyMinutes: 60 } } }),
  ),
  'functions only': resourcesOf(stageTemplate('prod', PROVISIONED)),
};

const resources = (stage: string) => TEMPLATES[stage] ?? [];

/** A load that invokes every function, and needs all kinds of storage. */
const load = { ...USER_DEFAULTS, connections: 1e5, rate: 1, httpRequestsPerSecond: 10 };

describe.each(Object.entries(TEMPLATES))('the resources of %s', (_, template) => {
  const types = [...new Set(template.map(({ type }) => type))];

  it('have types that AWS bills in a known way, or not at all', () => {
    const known = [...Object.keys(BILLED_TYPES), ...Object.keys(NEGLIGIBLE_TYPES), ...FREE_TYPES];
    expect(types.filter((type) => !known.includes(type))).toEqual([]);
  });

  it('have a line for each type that AWS bills', () => {
    const { lines } = billOf(readStage(template), load, { today });
    const whats = lines.map(({ what }) => what);
    const missing = types.filter((type) => !(BILLED_TYPES[type] ?? whats).some((what) => whats.includes(what)));
    expect(missing).toEqual([]);
  });
});

test('no type of resource is in two lists', () => {
  const known = [...Object.keys(BILLED_TYPES), ...Object.keys(NEGLIGIBLE_TYPES), ...FREE_TYPES];
  expect(known).toEqual([...new Set(known)]);
});

describe('the stage of a template', () => {
  it('has the entry and the gateway of its lanes', () => {
    expect(readStage(resources('prod'))).toMatchObject({ entry: 'apiGateway', gateway: 'none', zones: 3 });
    expect(readStage(resources('servers'))).toMatchObject({ entry: 'servers', gateway: 'none', zones: 2 });
    expect(readStage(resources('gateway'))).toMatchObject({ entry: 'apiGateway', gateway: 'cloudFront' });
    expect(readStage([]).entry).toBeUndefined();
  });

  it('counts the resources that are billed by time', () => {
    expect(readStage(resources('prod'))).toMatchObject({
      loadBalancers: 1,
      natGateways: 3,
      addresses: 6,
      webAcls: 1,
      webAclRules: 4,
      hostedZones: 1,
      secrets: 1,
      httpService: { minTasks: 2, maxTasks: 10, cpu: 256, memory: 512, architecture: 'arm64', requestsPerTask: 3000 },
    });
    expect(readStage(resources('servers'))).toMatchObject({ loadBalancers: 2, addresses: 6, secrets: 0 });
    expect(readStage(resources('gateway'))).toMatchObject({ loadBalancers: 1, addresses: 2, secrets: 1 });
  });

  it('tells the servers of the WebSocket lane from the service of the HTTP lane', () => {
    const { servers, httpService } = readStage(resources('servers'));
    expect(servers).toMatchObject({ minTasks: 2, maxTasks: 4, connectionsPerTask: 5000 });
    expect(httpService?.connectionsPerTask).toBeUndefined();
    expect(readStage(resources('prod')).servers).toBeUndefined();
  });

  it('has the memory of the functions of the lanes, and whether they are traced', () => {
    const { functions } = readStage(resources('prod'));
    expect(functions).toMatchObject({
      Connect: { memory: 512, traced: true, provisioned: 0 },
      Push: { memory: 1769 },
      Deliver: { memory: 1024 },
    });
    expect(Object.keys(functions).sort()).toEqual(
      ['Connect', 'Deliver', 'Disconnect', 'Dispatch', 'Message', 'Push', 'Revoke'].sort(),
    );
    expect(Object.keys(readStage(resources('servers')).functions)).not.toContain('Message');
  });

  it('has the environments that are kept initialized, of functions behind an alias', () => {
    expect(readStage(resources('functions only')).functions).toMatchObject({
      Push: { provisioned: 3 },
      Service: { memory: 512, provisioned: 0 },
    });
  });

  it('has the times for which logs and messages are kept', () => {
    expect(readStage(resources('prod'))).toMatchObject({ logDays: 90, messageSeconds: 86_400 });
    expect(readStage(resources('dev'))).toMatchObject({ logDays: 7, balancersWithLogs: 0 });
    expect(readStage([{ id: 'Logs', type: 'AWS::Logs::LogGroup', properties: {} }]).logDays).toBe(365);
  });

  it('has the settings of what observes it', () => {
    expect(readStage(resources('prod'))).toMatchObject({
      routesWithMetrics: 3,
      writesAccessLog: true,
      flowLogs: 1,
      balancersWithLogs: 1,
      clustersWithInsights: { standard: 1, enhanced: 0 },
      polledQueues: 2,
      scalingPolicies: { standard: 1, fast: 1 },
    });
  });

  it('has the canary, which can sign in with a secret', () => {
    expect(readStage(resources('prod')).canary).toEqual({
      ...{ type: 'scheduled', everyMinutes: 5, memory: 512, hasSecret: true },
    });
    expect(readStage(resources('prod without authentication')).canary).toMatchObject({
      everyMinutes: 60,
      hasSecret: false,
    });
    expect(readStage(resources('prod with a canary of Synthetics')).canary).toMatchObject({
      ...{ type: 'synthetics', everyMinutes: 5, hasSecret: true },
    });
    expect(readStage(resources('dev')).canary).toBeUndefined();
  });

  it('has no canary that is of the code of the user', () => {
    const own = {
      type: 'AWS::Synthetics::Canary',
      id: 'Own',
      properties: { Schedule: { Expression: 'cron(0 9 * * ? *)' } },
    };
    expect(readStage([own]).canary).toBeUndefined();
  });

  it('counts each metric that an alarm reads', () => {
    const stat = (Period: number) => ({ Id: 'm', MetricStat: { Period } });
    const alarm = (properties: Record<string, unknown>) => ({
      id: JSON.stringify(properties),
      type: 'AWS::CloudWatch::Alarm',
      properties,
    });
    const stage = readStage([
      alarm({ MetricName: 'Errors', Period: 60 }),
      alarm({ Metrics: [{ Id: 'e', Expression: 'm1 + m2' }, stat(60), stat(60)] }),
      alarm({ MetricName: 'Errors', Period: 10 }),
      { id: 'Health', type: 'AWS::CloudWatch::CompositeAlarm', properties: {} },
      { id: 'Dashboard', type: 'AWS::CloudWatch::Dashboard', properties: {} },
    ]);
    expect(stage).toMatchObject({ alarmMetrics: 3, fastAlarmMetrics: 1, compositeAlarms: 1, dashboards: 1 });
  });
});
