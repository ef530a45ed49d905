import type { Template } from 'aws-cdk-lib/assertions';
import { cdk } from '../../support/example-project';
import type { Settings } from '../../../lib/settings/settings';
import { ARRANGEMENTS } from '../../lib/operation/watched-lanes';
import { templateOf } from '../../lib/synthesized';
import { GATEWAY_WITH_SERVERS, SHARED_LOAD_BALANCER, stageTemplate } from '../stages';
import type { Resources } from './concrete';

const { dev } = cdk.context.twinlane;

/** Settings that change a stage, so that it has alarms. */
const OPERATED: Partial<Settings> = { operation: {} };

/** Settings that change a stage, so that its HTTP lane is a function. */
const WITH_FUNCTION: Partial<Settings> = {
  ...OPERATED,
  capacity: { ...dev.capacity, http: { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 } },
};

/** Arrangements of lanes that no stage has. */
const LANES = [
  'servers of another image',
  'a service of another image',
  'more functions than the metrics of an alarm',
  'no authentication',
  'a certificate for each lane',
  'one load balancer as the gateway',
  'a WebSocket lane that stands alone',
  'an HTTP lane that stands alone, with an imported log',
] as const satisfies (keyof typeof ARRANGEMENTS)[];

/** Stacks with alarms, by words for what they are. Together they have all kinds of alarms. */
export const OPERATED_STACKS: Readonly<Record<string, () => Template>> = {
  'the stage prod': () => stageTemplate('prod', { operation: { canary: {} } }),
  'the stage prod without a canary': () => stageTemplate('prod', OPERATED),
  'a stage with a canary of CloudWatch Synthetics': () =>
    stageTemplate('dev', { operation: { canary: { type: 'synthetics' } } }),
  'a stage with a canary every 2 minutes, without authentication': () =>
    stageTemplate('servers', { authentication: { type: 'none' }, operation: { canary: { everyMinutes: 2 } } }),
  'the stage servers': () => stageTemplate('servers', OPERATED),
  'the stage servers with a shared load balancer': () =>
    stageTemplate('servers', { ...SHARED_LOAD_BALANCER, ...OPERATED }),
  'the stage gateway': () => stageTemplate('gateway', OPERATED),
  'the stage gateway with servers': () => stageTemplate('gateway', { ...GATEWAY_WITH_SERVERS, ...OPERATED }),
  'a stage with a function': () => stageTemplate('dev', WITH_FUNCTION),
  'a stage with alarms of the account': () => stageTemplate('dev', { operation: { accountAlarms: true } }),
  ...Object.fromEntries(LANES.map((lanes) => [lanes, () => templateOf(ARRANGEMENTS[lanes])])),
};

const synthesized = new Map<string, Resources>();

/** @returns the resources of one of {@link OPERATED_STACKS}, which is synthesized once */
export function resourcesOf(name: string): Resources {
  const template = OPERATED_STACKS[name];
  if (!template) {
    throw new Error(`no stack ${name}`);
  }
  const resources = synthesized.get(name) ?? (template().toJSON().Resources as Resources);
  synthesized.set(name, resources);
  return resources;
}
