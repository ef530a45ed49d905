import { spawn } from 'node:child_process';
import { Refusal } from './refusal';

/**
 * Makes the cloud assembly of the app in this folder, as `cdk synth` does.
 *
 * @returns its folder. Throws a {@link Refusal} with what the app printed.
 */
export async function synthesize(context: readonly string[]): Promise<string> {
  const output = 'cdk.out';
  const args = ['synth', '--quiet', '--no-notices', '--output', output, ...context.flatMap((pair) => ['-c', pair])];
  const child = spawn('npx', ['cdk', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  }
  const code = await new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (code !== 0) {
    throw new Refusal(`The app could not be synthesized:\n${printed.trimEnd()}`);
  }
  return output;
}
