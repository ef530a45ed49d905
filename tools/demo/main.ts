/**
 * `npm start`: runs the app of this folder on this machine, with its page, and beside it the server that the page compares the
 * lanes with: one process for HTTP and sockets.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../local/run';
import { buildPage } from './build/build-page';

async function main(): Promise<void> {
  stopWithNpm();
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // It ends with this process, however that ends; Ctrl-C, which a terminal sends to both, is this one's to hear.
  const comparison = fork(join(__dirname, 'single-process/main.ts'), { detached: true });
  const [{ port }] = await once(comparison, 'message');
  await buildPage(folder, { comparison: `http://127.0.0.1:${port}` });
  await run([...process.argv, '--page', folder]);
}

/**
 * Stops this process when the shell in which npm runs it has ended. Such a shell passes no signal on: without this, a SIGTERM for
 * npm would leave the app running. (`exec` in the script would do, but cmd.exe on Windows has none.)
 */
function stopWithNpm(): void {
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => process.ppid !== shell && process.kill(process.pid, 'SIGTERM'), 250).unref();
  }
}

void main();
