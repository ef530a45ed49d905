import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdk from '../../cdk.json';
import { readSettings, type Settings } from '../../lib/settings/settings';
import { TwinlaneStack } from '../../lib/twinlane-stack';
import { testApp } from '../lib/synthesized';

/** The stages in cdk.json of this repository. */
export const STAGES = ['dev', 'prod', 'servers'] as const;

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

export function stageTemplate(stage: string): Template {
  return Template.fromStack(stageStack(stage));
}
