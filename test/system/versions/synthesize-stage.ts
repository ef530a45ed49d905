import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { emptyDirectory } from '../../support/cloud-assembly';

/** Synthesizes a stage with the app in a folder, with its own settings. @returns the folder of the assembly */
export async function synthesizeStage(project: string, stage: string): Promise<string> {
  const assembly = emptyDirectory();
  const { context } = JSON.parse(readFileSync(join(project, 'cdk.json'), 'utf8'));
  const app = spawn(process.execPath, ['-r', './bin/typescript.js', 'bin/twinlane.ts'], {
    cwd: project,
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [[code], errors] = await Promise.all([once(app, 'exit'), text(app.stderr)]);
  if (code !== 0) {
    throw new Error(`The stage ${stage} in ${project} could not be synthesized: ${errors}`);
  }
  return assembly;
}
