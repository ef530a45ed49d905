import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

test('npm does not take the options of a restart for one of its own settings', async () => {
  const { stdout } = await promisify(execFile)('npm', ['config', 'ls', '-l', '--json'], {
    shell: process.platform === 'win32',
  });
  const settings = Object.keys(JSON.parse(stdout));

  expect(settings.length).toBeGreaterThan(100);
  expect(settings.filter((setting) => /^(start|settle)/.test(setting))).toEqual([]);
});
