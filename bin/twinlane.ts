import { App } from 'aws-cdk-lib';
import { formatProblems, readSettings } from '../lib/settings';
import { TwinLaneStack } from '../lib/twinlane-stack';

/**
 * The app's entry, and the only reader of context and environment.
 *
 * Nothing is synthesized by itself at exit: settings with problems must leave the last good cdk.out alone.
 *
 * The template validator of aws-cdk-lib takes several seconds of CPU (aws/aws-cdk#38378): too long for a loop of edit
 * and synth. `CDK_VALIDATION=true`, which the gate sets, turns it on.
 */
const app = new App({
  autoSynth: false,
  builtinCloudFormationValidation: process.env.CDK_VALIDATION === 'true',
});

const result = readSettings(app.node.tryGetContext('twinlane'), app.node.tryGetContext('stage'));
if ('problems' in result) {
  console.error(formatProblems(result.problems));
  process.exitCode = 1;
} else {
  const { settings } = result;
  new TwinLaneStack(app, `Twinlane-${settings.stage}`, { settings });
  app.synth();
}
