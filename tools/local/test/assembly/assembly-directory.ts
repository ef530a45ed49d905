import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

const directories: string[] = [];

afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** @returns an empty folder that is removed after the tests of the file. */
export function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'twinlane-assembly-'));
  directories.push(directory);
  return directory;
}

/** Synthesizes an app to which `build` adds stacks. @returns the folder of the assembly */
export function synthesized(build: (app: App) => void, context: Record<string, unknown> = {}): string {
  const outdir = emptyDirectory();
  const app = new App({ outdir, context, builtinCloudFormationValidation: false });
  build(app);
  app.synth();
  return outdir;
}

/** Writes an assembly with one stack, `Test`, that has this template. @returns the folder of the assembly */
export function assemblyOf(template: object): string {
  const directory = emptyDirectory();
  const artifacts = {
    Test: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'Test.template.json' },
    },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }));
  writeFileSync(join(directory, 'Test.template.json'), JSON.stringify(template));
  return directory;
}
