import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forkOfProject } from '../../support/fork';

jest.setTimeout(120_000);

/** Runs the command in a fork whose cdk.json has only these stages. */
function checkSynth(stages: (all: Record<string, object>) => Record<string, object>) {
  const folder = forkOfProject();
  const file = join(folder, 'cdk.json');
  const { context, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...rest, context: { ...context, twinlane: stages(context.twinlane) } }));
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'check:synth'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('npm run check:synth synthesizes the stages of a fork, also without the stage dev', () => {
  const { status, stdout } = checkSynth(({ dev = {} }) => ({ live: dev }));
  expect(stdout).toContain('Stage live\n');
  expect(stdout).not.toContain('Stage dev\n');
  expect(status).toBe(0);
});

test('npm run check:synth fails if a stage cannot be synthesized, and names it', () => {
  const { status, stderr } = checkSynth(({ dev = {} }) => ({ test: { ...dev, region: 'nowhere' } }));
  expect(stderr).toContain('twinlane.test.region must be');
  expect(stderr).toContain('These stages cannot be synthesized: test\n');
  expect(status).toBe(1);
});
