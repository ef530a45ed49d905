import { cdk } from '../../support/example-project';
import { readSettings } from '../../../lib/settings/settings';
import { readStage } from '../../../tools/cost/read-stage';
import type { Stage } from '../../../tools/cost/stage';
import { settingsOf, type Variant, VARIANTS } from '../../../tools/cost/variants';
import { stageTemplate } from '../../stack/stages';
import { resourcesOf } from './resources-of';

/** @returns what is billed of the stage `prod` of this repository with each entry and gateway, synthesized in this process */
export function variantStages(): (variant: Variant) => Stage {
  const stages = new Map(VARIANTS.map((variant) => [keyOf(variant), stageOf(variant)]));
  return (variant) => stages.get(keyOf(variant)) as Stage;
}

function keyOf({ entry, gateway }: Variant): string {
  return `${entry} ${gateway}`;
}

function stageOf(variant: Variant): Stage {
  const result = readSettings({ prod: settingsOf(cdk.context.twinlane.prod, variant) }, 'prod');
  if ('problems' in result) {
    throw new Error(JSON.stringify(result.problems));
  }
  return readStage(resourcesOf(stageTemplate('prod', result.settings)));
}
