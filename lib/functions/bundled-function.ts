import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Code, type FunctionOptions, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BundleOptions, bundle } from './bundles';

export interface BundledFunctionProps extends FunctionOptions, BundleOptions {}

/** A function on the managed Node.js runtime, from a TypeScript file that exports `handler`. */
export class BundledFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { entry, include, ...options }: BundledFunctionProps) {
    const found = problems(entry);
    super(scope, id, {
      ...options,
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code:
        found.length === 0
          ? Code.fromAsset(bundle({ entry, ...(include && { include }) }))
          : Code.fromInline('// The source file is missing.'),
    });
    this.node.addValidation({ validate: () => found });
  }
}

function problems(entry: string): string[] {
  return existsSync(entry)
    ? []
    : [
        `entry must be a file, got ${JSON.stringify(entry)}, which is ${resolve(entry)}. Fix: write the path as seen from ${process.cwd()}, where the app runs`,
      ];
}
