import { type FunctionOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import type { BundleOptions } from './bundles';

/**
 * Stands in for lib/functions/bundled-function.ts in the copy of the app that `npm run bench -- synth` measures against: one
 * NodejsFunction a function, as the CDK's documentation has it.
 */
export interface BundledFunctionProps extends FunctionOptions, BundleOptions {}

export class BundledFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, { include: _, ...options }: BundledFunctionProps) {
    super(scope, id, { ...options, runtime: Runtime.NODEJS_24_X });
  }
}
