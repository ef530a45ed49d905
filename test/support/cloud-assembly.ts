import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** @returns an empty folder, which is deleted after the tests of the file. */
export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'twinlane-assembly-'));
  directories.push(directory);
  return directory;
}

/** Synthesizes an app with the constructs that `build` creates. @returns the folder of the assembly */
export function synthesized(build: (app: App) => void): string {
  const outdir = emptyDirectory();
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  build(app);
  app.synth();
  return outdir;
}
