import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionBlueprint } from '../blueprint';

/** Where a function's code lies: its asset's folder; for inline code, a folder made for it. */
export class TaskFolder {
  readonly path: string;
  readonly #made: boolean;

  constructor({ code }: Pick<FunctionBlueprint, 'code'>) {
    this.#made = 'inline' in code;
    if ('inline' in code) {
      this.path = mkdtempSync(join(tmpdir(), 'lambda-'));
      writeFileSync(join(this.path, 'index.js'), code.inline);
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
