import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Orphans } from '../http/service/orphans';
import { killGroup } from '../process-group';
import { ImageError } from './image-error';

/** Number of lines of the output that an error has. */
const LAST_LINES = 8;

export interface CommandOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Folder in which it runs. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly orphans: Orphans;
  /** Ends the command and all processes that it started. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Runs a command of a build. Throws an {@link ImageError} with its last lines if it fails, or the signal's reason. */
export async function runCommand(options: CommandOptions): Promise<void> {
  const { command, directory, environment, orphans, signal, print } = options;
  const [program = '', ...args] = command;
  signal.throwIfAborted();
  // A separate process group, so that all processes that it starts end with it.
  const child = spawn(shellOf(program), args, {
    cwd: directory,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => killGroup(child);
  signal.addEventListener('abort', kill);
  if (child.pid) {
    orphans.add(child.pid);
  }
  const last: string[] = [];
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      const text = stripVTControlCharacters(line).trimEnd();
      if (text !== '') {
        last.splice(0, last.length - LAST_LINES + 1);
        last.push(text);
        print(text);
      }
    });
  }
  try {
    const [code, signalName] = await once(child, 'close');
    signal.throwIfAborted();
    if (code !== 0) {
      const how = signalName ?? `exit code ${code}`;
      throw new ImageError([`it ended with ${how}`, ...last.map((line) => `  ${line}`)].join('\n'));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ImageError ? error : new ImageError((error as Error).message);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
    orphans.delete(child.pid ?? 0);
  }
}

/** @returns the shell of the image if this machine has it */
function shellOf(program: string): string {
  return /^\/.*sh$/.test(program) && !existsSync(program) ? '/bin/sh' : program;
}
