import { Code, type FunctionOptions, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BundleOptions, bundle } from './bundles';

export interface BundledFunctionProps extends FunctionOptions, BundleOptions {}

/** A function on the managed Node.js runtime, from a TypeScript file that exports `handler`. */
export class BundledFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { entry, include, ...options }: BundledFunctionProps) {
    super(scope, id, {
      ...options,
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(bundle({ entry, ...(include && { include }) })),
    });
  }
}
