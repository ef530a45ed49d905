import { join } from 'node:path';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

/**
 * Stands in for lib/bundles.ts in the copy of the app that `npm run bench -- synth` measures against: one
 * NodejsFunction a function, as the CDK's documentation has it, and the service left to `docker build`.
 */
const PROJECT = join(__dirname, '..');

export interface BundleOptions {
  readonly entry: string;
  readonly include?: Readonly<Record<string, string>>;
}

export interface BundledFunctionProps extends FunctionOptions, BundleOptions {}

export class BundledFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, { entry, include: _, ...options }: BundledFunctionProps) {
    super(scope, id, { ...options, runtime: Runtime.NODEJS_24_X, entry: join(PROJECT, entry) });
  }
}

export function bundle({ entry }: BundleOptions): string {
  return join(PROJECT, entry, '..');
}
