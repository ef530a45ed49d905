import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** An entry of the service as it is deployed: one file, with the documentation beside it. */
export interface Bundle {
  /** Path of index.js. */
  entry: string;
  remove(): Promise<void>;
}

export async function bundle(entryPoint: string): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), 'twinlane-service-'));
  const entry = join(directory, 'index.js');
  await build({
    entryPoints: [entryPoint],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    // What is left of import() would go through the ESM loader.
    supported: { 'dynamic-import': false },
    logLevel: 'error',
  });
  const documentation = join(directory, 'documentation');
  await mkdir(documentation);
  const assets = dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const asset of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    await copyFile(join(assets, asset), join(documentation, asset));
  }
  return { entry, remove: () => rm(directory, { recursive: true }) };
}
