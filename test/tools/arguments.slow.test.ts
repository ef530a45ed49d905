import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { scripts } from '../../package.json';

const PROJECT = dirname(dirname(__dirname));

/** Commands with their programs. Not `npm test`, which passes its arguments to jest. */
const COMMANDS = Object.entries({ ...scripts, test: '' }).flatMap(([script, line]) => {
  const program = /^node .* (tools\/\S+)$/.exec(line)?.[1];
  return program ? [[script === 'start' ? 'npm start' : `npm run ${script}`, program]] : [];
});

test.each(COMMANDS)('%s reports invalid arguments with one error, which names its help', (command, program) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['-r', './bin/typescript.js', `${program}`, '--unknown'],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  expect(status).not.toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: .*\n.*\n$/);
  expect(stderr.split('\n')[1]).toBe(`Run \`${command} -- --help\` for the options.`);
});
