import { setFlagsFromString } from 'node:v8';
import { bundleAll } from '../lib/functions/bundles';

/**
 * The app's entry, and the only reader of context and environment.
 *
 * esbuild is at work before anything of the CDK is loaded, on another core: that is why all else is required later.
 */
async function main(): Promise<void> {
  const bundled = bundleAll();
  const { App, Validations }: typeof import('aws-cdk-lib') = require('aws-cdk-lib');
  const {
    formatProblems,
    readSettings,
  }: typeof import('../lib/settings/settings') = require('../lib/settings/settings');
  const { TwinlaneStack }: typeof import('../lib/twinlane-stack') = require('../lib/twinlane-stack');

  // Nothing is synthesized by itself at exit: settings with problems must leave the last good cdk.out alone.
  const app = new App({ autoSynth: false, builtinCloudFormationValidation: false });
  // The template validator of aws-cdk-lib takes more CPU than all the rest (aws/aws-cdk#38378): too much for a loop of edit
  // and synth. `-c validation=true`, which the gate sets, turns it on.
  if (app.node.tryGetContext('validation') === 'true') {
    // It is WebAssembly that runs once: optimizing it costs a third more than it saves.
    setFlagsFromString('--liftoff-only');
    const {
      templateValidator,
    }: typeof import('../lib/compliance/template-validator') = require('../lib/compliance/template-validator');
    Validations.of(app).addPlugins(templateValidator());
  }

  const result = readSettings(app.node.tryGetContext('twinlane'), app.node.tryGetContext('stage'));
  await bundled;
  if ('problems' in result) {
    throw new UserError(formatProblems(result.problems));
  }
  new TwinlaneStack(app, `Twinlane-${result.settings.stage}`, { settings: result.settings });
  try {
    app.synth();
  } catch (error) {
    // What constructs say is wrong with their props: the stack trace would lead here only.
    if (error instanceof Error && error.message.startsWith('Validation failed with the following errors')) {
      throw new UserError(error.message);
    }
    throw error;
  }
}

/** A mistake in the user's input. Printed without a stack trace. */
class UserError extends Error {}

main().catch((error) => {
  console.error(error instanceof UserError ? error.message : error);
  process.exitCode = 1;
});
