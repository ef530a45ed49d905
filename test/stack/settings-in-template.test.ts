import { Template } from 'aws-cdk-lib/assertions';
import { cdk } from '../support/example-project';
import { outline } from '../../lib/settings/check-shape';
import { formatProblems, readSettings } from '../../lib/settings/settings';
import { TwinlaneStack } from '../../lib/twinlane-stack';
import { propertyOf } from '../lib/resource-property';
import { testApp } from '../lib/synthesized';
import { SETTINGS_IN_TEMPLATE, SETTINGS_THAT_LIMIT_OTHERS, type SettingInTemplate } from './settings-in-template';

const { region, availabilityZones, hostedZone, hosts, allowedOrigins, capacity } = cdk.context.twinlane.dev;

/** The required settings, and quotas that all values fit in. */
const REQUIRED = {
  ...{ region, availabilityZones, hostedZone, hosts, allowedOrigins, capacity },
  logRetentionDays: 7,
  removalPolicy: 'destroy',
  quotas: { fargateVcpus: 1000, lambdaConcurrency: 10_000 },
};

type Values = readonly Pick<SettingInTemplate, 'setting' | 'value'>[];

/** @returns the block of a stage with the required settings and `values` */
function blockOf(values: Values): object {
  const block = structuredClone<Record<string, unknown>>(REQUIRED);
  if (values.some(({ setting }) => setting.endsWith(' of lambda'))) {
    block.capacity = { ...capacity, http: {} };
  }
  if (values.some(({ setting }) => setting.endsWith(' of servers'))) {
    block.capacity = { ...capacity, websocket: {} };
  }
  if (values.some(({ setting }) => setting === 'gateway.type of loadBalancer')) {
    const tasks = { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };
    block.hosts = { http: 'one.example.com', websocket: 'one.example.com' };
    block.capacity = { ...capacity, websocket: { ...tasks, loadBalancer: 'shared' } };
  }
  if (values.some(({ setting }) => setting === 'network.vpcCidrBlock')) {
    block.network = { publicSubnetIds: ['subnet-0000000000000003a', 'subnet-0000000000000003b'] };
  }
  if (values.some(({ setting }) => setting.startsWith('certificate.'))) {
    block.certificate = { arn: 'arn:aws:acm:us-east-1:111122223333:certificate/0', names: ['*.example.com'] };
  }
  for (const { setting, value } of values) {
    const keys = setting.replace(/ of .*/, '').split('.');
    const parent = keys.slice(0, -1).reduce<object>((node, key) => {
      if (!Reflect.has(node, key)) Reflect.set(node, key, {});
      return Reflect.get(node, key);
    }, block);
    Reflect.set(parent, keys.at(-1) ?? '', value);
  }
  return block;
}

function synthesized(values: Values): (row: SettingInTemplate) => unknown[] {
  const result = readSettings({ test: blockOf(values) }, 'test');
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  const stack = new TwinlaneStack(testApp(), 'Test', { settings: result.settings });
  const template = Template.fromStack(stack);
  const zones = stack.twinlane.httpLane.vpc.availabilityZones;
  const { account, region: ofStack, terminationProtection } = stack;
  const hasDashboard = stack.twinlane.operation?.dashboard !== undefined;
  const hasDeploymentAlarms = JSON.stringify(template.findResources('AWS::ECS::Service')).includes('"Alarms":');
  const facts: Record<string, unknown> = {
    ...{ account, region: ofStack, terminationProtection, zones, hasDashboard, hasDeploymentAlarms },
  };
  return ({ resource, property }) =>
    resource === 'stack' ? [facts[property]] : propertyOf(template, resource, property);
}

describe.each(Object.entries(SETTINGS_IN_TEMPLATE))('in a stage with %s', (_, rows) => {
  const valuesOf = synthesized(rows);

  test.each(rows)('the setting $setting reaches $resource, $property', (row) => {
    const { value, expected = value } = row;
    const found = valuesOf(row);
    // The zones are a list of which each subnet has one.
    const each = row.resource === 'AWS::EC2::Subnet' ? [...new Set(found)] : found;
    expect(each).toEqual(row.resource === 'AWS::EC2::Subnet' ? expected : each.map(() => expected));
  });
});

test.each(SETTINGS_THAT_LIMIT_OTHERS)('the setting $setting limits other settings', ({ setting, value, problem }) => {
  const reserved = { setting: 'capacity.websocket.reservedConcurrency.connect', value: 57 };
  const result = readSettings({ test: blockOf([reserved, { setting, value }]) }, 'test');
  expect('problems' in result && formatProblems(result.problems)).toContain(problem);
});

test('no two settings have the same value, so that no property can have the value of another setting', () => {
  const values = Object.values(SETTINGS_IN_TEMPLATE)
    .flat()
    .filter(({ value }) => typeof value !== 'boolean')
    .map(({ setting, value }) => [JSON.stringify(value), setting] as const);
  const first = new Map([...values].reverse());
  expect(values.filter(([value, setting]) => first.get(value) !== setting)).toEqual([]);
});

type Outline = typeof outline;

/** @returns the names of all settings that are not a block. Those of a block with types are named with the type */
function settingsIn({ properties = {}, oneOf = [] }: Outline, path: readonly string[] = [], of = ''): string[] {
  const ofTypes = oneOf.flatMap((type) => settingsIn(type, path, ` of ${String(type.properties?.type?.const)}`));
  const own = Object.entries(properties).flatMap(([key, schema]) =>
    schema.properties || schema.oneOf ? settingsIn(schema, [...path, key], of) : [`${[...path, key].join('.')}${of}`],
  );
  return [...ofTypes, ...own];
}

test('every setting has a row with the property that it reaches', () => {
  const rows = [...Object.values(SETTINGS_IN_TEMPLATE).flat(), ...SETTINGS_THAT_LIMIT_OTHERS];
  const covered = new Set(rows.map(({ setting }) => setting));
  const settings = settingsIn(outline);
  const missing = settings
    .filter((setting) => !covered.has(setting))
    .map(
      (setting) =>
        `${setting} has no row. Fix: add one to test/stack/settings-in-template.ts, with a value and the property that it reaches`,
    );
  const unknown = [...covered].filter((setting) => !settings.includes(setting));
  expect([...missing, ...unknown.map((setting) => `${setting} is not a setting. Fix: remove its row`)]).toEqual([]);
});
