import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../tools/local';
import type { Settings } from '../../../lib/settings/settings';
import { stageStack } from '../../stack/stages';
import { synthesized } from '../../support/cloud-assembly';

const blueprintOf = (changes: Partial<Settings>) =>
  loadAssembly(synthesized((app) => void stageStack('dev', changes, app)));
const blueprint = blueprintOf({});

test('every function of the app has its bundle', () => {
  expect(blueprint.functions.length).toBeGreaterThan(5);
  for (const { code, logicalId } of blueprint.functions) {
    const directory = 'directory' in code ? code.directory : '';
    expect([logicalId, existsSync(join(directory, 'index.js'))]).toEqual([logicalId, true]);
  }
});

test('the service runs the minimum number of tasks from the folder of its image', () => {
  const [service] = blueprint.services;
  expect(service).toMatchObject({ minTasks: 2, containers: [{ command: ['node', 'index.js'] }] });
  expect(existsSync(join(service?.containers[0]?.image?.context ?? '', 'index.js'))).toBe(true);
});

test('each lane has its host, and the default endpoint of the WebSocket lane is disabled', () => {
  expect(blueprint.loadBalancers.flatMap(({ hosts }) => hosts)).toEqual(['api.dev.example.com']);
  expect(blueprint.webSocketApis).toEqual([
    expect.objectContaining({
      domains: [{ host: 'ws.dev.example.com', mappingKey: '' }],
      defaultEndpointDisabled: true,
      stage: { name: 'live', variables: {}, rateLimit: 1000, burstLimit: 500 },
    }),
  ]);
});

test('the streams and the queues invoke the delivery functions, and failures are sent to dead-letter queues', () => {
  expect(blueprint.eventSources).toMatchObject([
    { source: { stream: expect.any(String) }, onFailureQueue: expect.stringContaining('DispatchDeadLetters') },
    { source: { queue: expect.stringContaining('DeliveryQueue') }, batchSize: 10 },
    { source: { queue: expect.stringContaining('HintQueue') }, batchSize: 10 },
    { source: { stream: expect.any(String) }, onFailureQueue: expect.stringContaining('RevocationDeadLetters') },
  ]);
});

test('the user pool issues tokens that the service accepts', () => {
  const [pool] = blueprint.userPools;
  expect(pool?.issuer).toMatch(/^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_[0-9a-f]{9}$/);
  const [service] = blueprint.services;
  const rules = JSON.parse(service?.containers[0]?.environment.TOKEN_RULES ?? '');
  expect(rules).toMatchObject({ issuer: pool?.issuer, audience: pool?.clientIds[0] });
});

test('every function and every task has a role with policies', () => {
  const used = [
    ...blueprint.functions.map(({ roleArn }) => roleArn),
    ...blueprint.services.map(({ taskRoleArn }) => taskRoleArn),
  ];
  expect(used.length).toBeGreaterThan(5);
  for (const arn of used) {
    expect(blueprint.roles).toContainEqual(expect.objectContaining({ arn, policies: [expect.anything()] }));
  }
});

test('only the expected resources are not emulated', () => {
  expect(blueprint.notEmulated.map(({ type }) => type)).toEqual([
    'AWS::CertificateManager::*',
    'Resource policies',
    'AWS::EC2::*',
    'AWS::CloudWatch::*, AWS::Logs::*',
    'AWS::ApplicationAutoScaling::ScalingPolicy',
  ]);
});

test('alarms and the dashboard are not emulated, their topic is, and they change nothing else', () => {
  const { notEmulated, functions, topics } = blueprintOf({ operation: {} });
  const types = ({ notEmulated: rows }: Pick<typeof blueprint, 'notEmulated'>) => rows.map(({ type }) => type).sort();
  expect(types({ notEmulated })).toEqual(types(blueprint));
  expect(topics).toHaveLength(1);
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(blueprint.functions.map(({ logicalId }) => logicalId));
});
