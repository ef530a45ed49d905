import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionBlueprint } from '../blueprint';

/** Folder of a function's code: the folder of its asset, or, for inline code, a folder that is created for it. */
export class TaskFolder {
  readonly path: string;
  readonly #made: boolean;

  constructor({ code, runtime }: Pick<FunctionBlueprint, 'code' | 'runtime'>) {
    this.#made = 'inline' in code;
    if ('inline' in code) {
      this.path = mkdtempSync(join(tmpdir(), 'lambda-'));
      writeFileSync(join(this.path, runtime.startsWith('python') ? 'index.py' : 'index.js'), code.inline);
    } else {
      this.path = code.directory;
    }
  }

  remove(): void {
    if (this.#made) {
      rmSync(this.path, { recursive: true, force: true });
    }
  }
}
