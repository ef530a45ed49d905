import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { bundleAll } from '../lib/functions/bundles';
import { makeReadable } from '../lib/functions/readable';

/**
 * Entry of the app. No other code reads the context and the environment.
 *
 * esbuild starts before the CDK is loaded, and runs on another core. So all other modules are required later.
 */
async function main(): Promise<void> {
  const bundled = bundleAll();
  const { App, Errors, Validations }: typeof import('aws-cdk-lib') = require('aws-cdk-lib');
  const {
    formatProblems,
    readSettings,
    stackNameOf,
  }: typeof import('../lib/settings/settings') = require('../lib/settings/settings');
  const { PropsError }: typeof import('../lib/required-props') = require('../lib/required-props');
  const { TwinlaneStack }: typeof import('../lib/twinlane-stack') = require('../lib/twinlane-stack');

  // No automatic synthesis at exit: if the settings have problems, the previous cdk.out must not be overwritten.
  const app = new App({ autoSynth: false, builtinCloudFormationValidation: false });
  // The template validator of aws-cdk-lib takes more CPU time than everything else (aws/aws-cdk#38378), too much for each
  // edit. `-c validation=true`, which `npm run check` sets, turns it on.
  if (app.node.tryGetContext('validation') === 'true') {
    // The validator is WebAssembly that runs once: optimizing it costs a third more than it saves.
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
  try {
    new TwinlaneStack(app, stackNameOf(result.settings), { settings: result.settings });
    const { directory } = app.synth();
    // The CDK copies its own functions with the modes that they have in node_modules.
    for (const asset of readdirSync(directory, { withFileTypes: true })) {
      if (asset.isDirectory() && asset.name.startsWith('asset.')) {
        makeReadable(join(directory, asset.name));
      }
    }
  } catch (error) {
    // Invalid props, reported by constructs. The stack trace would lead only to this line.
    if (error instanceof PropsError) {
      throw new UserError(error.message);
    }
    if (error instanceof Error && error.message.startsWith('Validation failed with the following errors')) {
      throw new UserError(error.message);
    }
    // The constructs of the CDK throw for the first invalid prop.
    if (Errors.isValidationError(error)) {
      const { constructPath, message } = error;
      throw new UserError(constructPath ? `[${constructPath}] ${message}` : message);
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
