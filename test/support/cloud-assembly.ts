import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** @returns an empty folder, until the tests of the file have run. */
export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'twinlane-assembly-'));
  directories.push(directory);
  return directory;
}

/** @returns the folder of the assembly that an app with what `build` makes is synthesized to. */
export function synthesized(build: (app: App) => void): string {
  const outdir = emptyDirectory();
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  build(app);
  app.synth();
  return outdir;
}
