import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { synthesized } from '../support/cloud-assembly';
import { descendants, ended } from '../support/processes';
import { stageStack } from '../stack/stages';

test('all processes of npm start end when npm receives SIGTERM, which its shell does not forward', async () => {
  const assembly = synthesized((app) => void stageStack('dev', {}, app));
  const npm = spawn('npm', ['run', 'start', ...['--silent', '--', '--json', '--port', '0', '--app', assembly]], {
    cwd: resolve(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: npm.stdout })) {
    if (JSON.parse(line).event === 'ready') {
      break;
    }
  }
  const started = descendants(npm.pid ?? 0);
  // The shell, the runner and its processes, and the server for comparison.
  expect(started.length).toBeGreaterThanOrEqual(7);
  npm.kill('SIGTERM');
  await ended([...started, { pid: npm.pid ?? 0 }]);
}, 60_000);
