import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FunctionBlueprint } from '../../blueprint';
import type { Outcome } from '../../functions/outcome';
import { FunctionPool, type FunctionPoolOptions } from '../../functions/pool';
import type { Log } from '../../log-line';
import { PLACE } from '../place';

/** Inline code, or files by their paths. */
export type Code = string | Readonly<Record<string, string>>;

const undo: (() => Promise<void> | void)[] = [];

/** Closes every pool and removes every file that the functions below created. For `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
}

export function blueprintOf(code: Code, settings: Partial<FunctionBlueprint> = {}): FunctionBlueprint {
  return {
    ...PLACE,
    logicalId: 'Function',
    name: 'function',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    code: typeof code === 'string' ? { inline: code } : { directory: filesOf(code) },
    environment: {},
    timeoutSeconds: 3,
    memoryMiB: 256,
    roleArn: 'arn:aws:iam::000000000000:role/function',
    ...settings,
  };
}

export function poolOf(
  code: Code,
  settings: Partial<FunctionBlueprint> = {},
  options: Partial<FunctionPoolOptions> = {},
): { pool: FunctionPool; lines: Parameters<Log>[0][] } {
  const fn = blueprintOf(code, settings);
  const lines: Parameters<Log>[0][] = [];
  const environment = {
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMiB),
  };
  const pool = new FunctionPool(fn, { environment, process: 'events', log: (line) => lines.push(line), ...options });
  undo.push(() => pool.close());
  return { pool, lines };
}

/** Invokes a function with this code once. */
export async function answerOf(
  code: Code,
  settings?: Partial<FunctionBlueprint>,
  event: unknown = {},
): Promise<Outcome> {
  return poolOf(code, settings).pool.invoke(event);
}

/** Writes the files into a new folder. @returns its path */
export function filesOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'function-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
