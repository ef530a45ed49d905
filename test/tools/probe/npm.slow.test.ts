import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { optionsOf, parse } from '../../../tools/probe/options';
import { recordingTerminal } from '../recording-terminal';

const run = promisify(execFile);
const SHELL = process.platform === 'win32';

/** Options that are npm's, too: people know them from everywhere. */
const KNOWN = new Set(['json', 'help']);

const names = optionsOf()
  .map(({ name }) => name)
  .filter((name) => !KNOWN.has(name));

test('no option of the probe is one of npm, or the beginning of one', async () => {
  const { stdout } = await run('npm', ['config', 'ls', '-l', '--json'], { shell: SHELL });
  const settings = Object.keys(JSON.parse(stdout));

  expect(settings.length).toBeGreaterThan(100);
  // npm takes the beginning of a name for the name, if there is only one.
  expect(settings.filter((setting) => names.some((name) => setting.startsWith(name)))).toEqual([]);
});

test('npm keeps the names of all options that it gets without --, so that the probe reports them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts: { probe: 'node print.js' } }));
    await writeFile(
      join(folder, 'print.js'),
      'console.log(JSON.stringify({ args: process.argv.slice(2), environment: process.env }))',
    );
    const options = names.map((name) => `--${name}=a`);
    const { stdout } = await run('npm', ['run', '--silent', 'probe', 'http://localhost:8000', ...options, '--json'], {
      cwd: folder,
      shell: SHELL,
    });
    const { args, environment } = JSON.parse(stdout);

    expect(args).toEqual(['http://localhost:8000']);
    // Also an option of letters that npm has as short options: it takes --dns for -d -n -s.
    for (const name of names) {
      expect([name, environment[`npm_config_${name.replaceAll('-', '_')}`]]).toEqual([name, 'a']);
    }
    expect(() => parse(args, recordingTerminal(), environment)).toThrow(
      /^npm took --page, .*, --json for itself, because -- is missing\. Fix: use npm run probe -- http:\/\/localhost:8000 --page \.\.\. .* --fresh .* --json$/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
