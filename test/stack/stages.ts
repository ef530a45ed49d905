import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdk from '../../cdk.json';
import { readSettings, type Settings } from '../../lib/settings/settings';
import { TwinlaneStack } from '../../lib/twinlane-stack';
import { testApp } from '../lib/synthesized';

/** The stages in cdk.json of this repository. */
export const STAGES = ['dev', 'prod', 'servers'] as const;

const { servers } = cdk.context.twinlane;

/** Settings that change the stage `servers`, so that its servers are behind the load balancer of the HTTP lane. */
export const SHARED_LOAD_BALANCER: Partial<Settings> = {
  capacity: {
    ...servers.capacity,
    websocket: { ...servers.capacity.websocket, type: 'servers', loadBalancer: 'shared' },
  },
};

function settingsOf(stage: string): Settings {
  const result = readSettings(cdk.context.twinlane, stage);
  if ('problems' in result) {
    throw new Error(`cdk.json has problems: ${JSON.stringify(result.problems)}`);
  }
  return result.settings;
}

/** @returns the stack of a stage of this repository, with `changes`. */
export function stageStack(
  stage: string,
  changes: Partial<Settings> = {},
  app: App = testApp(),
  id = `Twinlane-${stage}`,
): TwinlaneStack {
  return new TwinlaneStack(app, id, { settings: { ...settingsOf(stage), ...changes } });
}

/** @returns the template of a stage of this repository, with `changes`. */
export function stageTemplate(stage: string, changes: Partial<Settings> = {}): Template {
  return Template.fromStack(stageStack(stage, changes));
}
