#!/usr/bin/env node
/** Runs a synthesized app on one machine, until it is stopped. */
import { runCommand } from './command';

const { version }: { version: string } = require('@twinlane/local/package.json');

void runCommand(process.argv, {
  name: 'twinlane-local',
  version,
  description: 'Runs a synthesized CDK app on this machine: no AWS account, no Docker.',
  examples: [
    'npx twinlane-local',
    'npx twinlane-local --watch',
    'npx twinlane-local --app cdk.out --data .local --json',
  ],
});
