import { App, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import { formatProblems, readSettings } from '../lib/settings';
import { TwinLaneStack } from '../lib/twinlane-stack';

/**
 * The app's entry, and the only reader of context and environment.
 *
 * Nothing is synthesized by itself at exit: settings with problems must leave the last good cdk.out alone.
 *
 * The template validator of aws-cdk-lib takes more CPU than all the rest (aws/aws-cdk#38378): too much for a loop of edit
 * and synth. `-c validation=true`, which the gate sets, turns it on.
 */
const app = new App({ autoSynth: false, builtinCloudFormationValidation: false });
if (app.node.tryGetContext('validation') === 'true') {
  Validations.of(app).addPlugins(new CloudFormationValidatePlugin());
}

const result = readSettings(app.node.tryGetContext('twinlane'), app.node.tryGetContext('stage'));
if ('problems' in result) {
  console.error(formatProblems(result.problems));
  process.exitCode = 1;
} else {
  const { settings } = result;
  new TwinLaneStack(app, `Twinlane-${settings.stage}`, { settings });
  synthesize();
}

/** What constructs say is wrong with their props is for whoever set them: no stack trace, which leads here only. */
function synthesize(): void {
  try {
    app.synth();
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Validation failed with the following errors'))) {
      throw error;
    }
    console.error(error.message);
    process.exitCode = 1;
  }
}
