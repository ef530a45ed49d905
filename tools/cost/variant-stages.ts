import { join } from 'node:path';
import cdk from '../../cdk.json';
import { CommandError } from '../cli';
import { readPlannedStack } from '../preflight/planned-stack';
import { withTemporaryFiles } from '../preflight/synthesize';
import { runGroup } from '../process-group';
import { inTemporaryFolder } from '../temporary-folder';
import { readStage } from './read-stage';
import type { Stage } from './stage';
import { settingsOf, type StageSettings, type Variant, VARIANTS } from './variants';

/**
 * Synthesizes the stage `prod` of cdk.json with each entry and gateway, one after another. It starts the app as the CDK CLI does,
 * because an option of the CLI cannot change settings.
 */
export async function synthesizeVariants(): Promise<(variant: Variant) => Stage> {
  const stages: [Variant, Stage][] = [];
  for (const variant of VARIANTS) {
    stages.push([variant, await synthesize(variant)]);
  }
  return ({ entry, gateway }) => {
    const [, found] = stages.find(([other]) => other.entry === entry && other.gateway === gateway) ?? [];
    return found as Stage;
  };
}

function synthesize(variant: Variant): Promise<Stage> {
  return inTemporaryFolder('twinlane-synth-', async (folder, interrupted) => {
    const stages: Readonly<Record<string, StageSettings | undefined>> = cdk.context.twinlane;
    const { prod } = stages;
    if (!prod) {
      throw new CommandError(
        `--tables needs the stage prod, cdk.json has ${Object.keys(stages).join(', ')}. Fix: add the stage prod to cdk.json`,
      );
    }
    const context = { ...cdk.context, twinlane: { prod: settingsOf(prod, variant) }, stage: 'prod' };
    const CDK_OUTDIR = join(folder, 'assembly');
    const env = { ...withTemporaryFiles(folder), CDK_OUTDIR, CDK_CONTEXT_JSON: JSON.stringify(context) };
    await runGroup(cdk.app.split(' '), { env, interrupted });
    return readStage(readPlannedStack(CDK_OUTDIR).resources);
  });
}
