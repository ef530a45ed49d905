/** `npm run check:synth`: synthesizes each stage of the cdk.json in the working directory, with validation of the template. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { commandNamed, exitCodeOf, parseArguments, runAsProcess } from '../cli';
import { stagesIn } from './stages';

const command = commandNamed('npm run check:synth --').description(
  'Synthesizes each stage of the cdk.json in the working directory, with validation of the template.',
);

/** Synthesizes the stages one after another, also after one that failed. @returns the exit code */
function check(): number {
  parseArguments(command, process.argv.slice(2), process);
  const cli = require.resolve('aws-cdk/bin/cdk');
  const failed = stagesIn(readFileSync('cdk.json', 'utf8')).filter((stage) => {
    console.log(`Stage ${stage}`);
    const args = [cli, 'synth', '--quiet', '--no-notices', '-c', 'validation=true', '-c', `stage=${stage}`];
    return spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0;
  });
  if (failed.length > 0) {
    console.error(`These stages cannot be synthesized: ${failed.join(', ')}`);
  }
  return failed.length > 0 ? 1 : 0;
}

void runAsProcess(() => exitCodeOf(check, process));
