import type { FunctionBlueprint, ListenerBlueprint, TableBlueprint } from '../../blueprint';
import { structureChanges } from '../../supervisor/structure';
import { behavior, distribution } from '../cloudfront/distribution-of';
import { groupBlueprint, listenerBlueprint, loadBalancerBlueprint } from '../http/balancer';
import { blueprintOf, webSocketRule } from './blueprint-of';
import { PLACE } from '../place';

const queue = (logicalId: string, visibilityTimeoutSeconds = 30) =>
  ({ logicalId, name: logicalId, arn: `arn:aws:sqs:::${logicalId}`, visibilityTimeoutSeconds }) as never;
const table = (logicalId: string) => ({ logicalId, name: logicalId }) as TableBlueprint;
const code = (directory: string) => [{ logicalId: 'Handler', code: { directory } }] as unknown as FunctionBlueprint[];

test('new code does not change the structure', () => {
  expect(structureChanges(blueprintOf({ functions: code('a') }), blueprintOf({ functions: code('b') }))).toEqual([]);
});

test('new files of a bucket do not change the structure, and a new behavior does', () => {
  const bucket = { ...PLACE, logicalId: 'Page', name: 'page', arn: 'arn:aws:s3:::page', allowsCloudFront: [] };
  const files = (directory: string) => [{ ...bucket, deployments: [{ directory, prefix: '', metadata: {} }] }];
  const before = blueprintOf({ distributions: [distribution()], buckets: files('a') });
  expect(structureChanges(before, { ...before, buckets: files('b') })).toEqual([]);
  const behaviors = [behavior({ pathPattern: '/v1/*' }), behavior()];
  expect(structureChanges(before, { ...before, distributions: [distribution({ behaviors })] })).toEqual([
    'changed: Edge',
  ]);
});

test('new, changed and removed resources are structure changes', () => {
  const before = blueprintOf({ tables: [table('Orders')], queues: [queue('Mail'), queue('Same')] });
  const after = blueprintOf({ tables: [table('Bills')], queues: [queue('Mail', 60), queue('Same')] });
  expect(structureChanges(before, after)).toEqual(['new: Bills', 'changed: Mail', 'removed: Orders']);
});

test('a service that moves a load balancer to another process changes the structure', () => {
  const balancer = (logicalId: string, rules: ListenerBlueprint['rules']) => {
    const targetGroups = [groupBlueprint({ arn: logicalId })];
    return { ...loadBalancerBlueprint(listenerBlueprint({ rules, targetGroups })), logicalId };
  };
  const loadBalancers = [balancer('Web', []), balancer('Sockets', [webSocketRule()])];
  const behind = (...groups: string[]) => [{ targets: groups.map((targetGroupArn) => ({ targetGroupArn })) }] as never;
  const before = blueprintOf({ loadBalancers, services: behind('Sockets') });
  expect(structureChanges(before, { ...before, services: behind('Sockets', 'Web') })).toEqual(['changed: Sockets']);
});
