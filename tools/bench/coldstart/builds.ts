import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { bundle } from '../../../lib/functions/bundles';

/** A function's code. */
export interface Build {
  readonly label: string;
  /** The JavaScript file. */
  readonly path: string;
  /** Size of the gzipped file, in bytes. */
  readonly gzip: number;
  /** Folder of the runtime's own packages, if the build does not bundle them. */
  readonly runtimePackages?: string;
}

/**
 * Builds the deliver function as the stack deploys it, and the project with DocumentClient as NodejsFunction bundles it.
 *
 * @param outdir - folder for the output of NodejsFunction
 */
export function builds(project: string, outdir: string): { ours: Build; bundled: Build; external: Build } {
  return {
    ours: built('Twinlane', join(bundle({ entry: 'lambda/deliver.handler.ts' }), 'index.js')),
    bundled: built(
      "NodejsFunction's defaults and DocumentClient, bundled",
      nodejsFunction(project, join(outdir, 'bundled'), { bundleAwsSDK: true }),
    ),
    external: {
      ...built(
        "NodejsFunction's defaults and DocumentClient, the runtime's SDK",
        nodejsFunction(project, join(outdir, 'external'), {}),
      ),
      runtimePackages: join(project, 'node_modules'),
    },
  };
}

function built(label: string, path: string): Build {
  return { label, path, gzip: gzipSync(readFileSync(path)).length };
}

/** Synthesizes a NodejsFunction. @returns the path of its bundle */
function nodejsFunction(project: string, outdir: string, bundling: BundlingOptions): string {
  const app = new App({ outdir, analyticsReporting: false });
  new NodejsFunction(new Stack(app, 'Stack'), 'Deliver', {
    runtime: Runtime.NODEJS_24_X,
    entry: join(project, 'deliver.handler.js'),
    projectRoot: project,
    depsLockFilePath: join(project, 'package-lock.json'),
    bundling,
  });
  const [asset = ''] = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  return join(outdir, asset, 'index.js');
}
