import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { synthesized } from '../support/cloud-assembly';
import { descendants, ended } from '../support/processes';
import { stageStack } from '../stack/stages';

test('everything that npm start has started ends when npm gets SIGTERM, which its shell passes on to nobody', async () => {
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
  // The shell, the runner, the server for comparison, and a process for each part.
  expect(started.length).toBeGreaterThanOrEqual(7);
  npm.kill('SIGTERM');
  await ended([...started, { pid: npm.pid ?? 0 }]);
}, 60_000);
