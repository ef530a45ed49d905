import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

test('a drained gateway leaves no timer or socket, so its process ends', () => {
  const script = `
    const { Running } = require('./test/websocket/running.ts');
    Running.start().then(async (running) => {
      await Promise.all([running.connected(), running.connected()]);
      await running.drain();
      console.log('drained');
    });`;
  // A remaining timer would keep the process running for ten minutes.
  const { status, stdout } = spawnSync(process.execPath, ['-r', './typescript.js', '-e', script], {
    cwd: resolve(__dirname, '../../..'),
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'drained\n' });
}, 30_000);
