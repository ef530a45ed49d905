import { type FunctionOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import type { BundleOptions } from './bundles';

/**
 * Replaces lib/functions/bundled-function.ts in the copy of the app with which `npm run bench -- synth` compares. Uses one
 * NodejsFunction for each function, as in the CDK's documentation.
 */
export interface BundledFunctionProps extends FunctionOptions, BundleOptions {}

export class BundledFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, { include: _, ...options }: BundledFunctionProps) {
    super(scope, id, { ...options, runtime: Runtime.NODEJS_24_X });
  }
}
