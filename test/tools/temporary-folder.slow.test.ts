import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { forkOfProject } from '../support/fork';

const project = forkOfProject();

let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'temporary-'));
});

afterEach(() => rmSync(temporary, { recursive: true, force: true }));

function start(command: string, ...args: string[]) {
  return spawn(process.execPath, ['-r', './bin/typescript.js', `tools/${command}/main.ts`, ...args], {
    cwd: project,
    env: { ...process.env, TMPDIR: temporary },
    stdio: 'ignore',
  });
}

const files = () => readdirSync(temporary, { recursive: true }).map(String);

it.each([
  ['cost', 'SIGINT', 130],
  ['preflight', 'SIGTERM', 143],
] as const)(
  'npm run %s ends its synthesis and deletes all temporary files when it gets %s',
  async (command, signal, code) => {
    const child = start(command, '-c', 'stage=dev');
    const exited = once(child, 'exit');
    // The app has begun to write its assembly.
    while (!files().some((file) => file.includes('assembly/'))) {
      expect(child.exitCode).toBeNull();
      await delay(20);
    }
    child.kill(signal);
    expect(await exited).toEqual([code, null]);
    expect(files()).toEqual([]);
  },
);
