import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** How systems name theirs. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where the package keeps its browser, asked in a process of its own: it is an ES module, which jest cannot load. */
const ASK = `import('@sparticuz/chromium').then(async ({ default: { args, executablePath } }) =>
  console.log(JSON.stringify({ args, executablePath: await executablePath() })))`;

/**
 * Starts a Chromium without a window: the system's, or the one that a package brings, for Linux on x64. Whoever starts it
 * closes it.
 *
 * @param path - folders to look for the system's in, as the variable PATH has them
 */
export async function startBrowser(path = process.env.PATH ?? ''): Promise<Browser> {
  const [executablePath] = path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .filter(isExecutable);
  const options = executablePath
    ? { executablePath }
    : JSON.parse(execFileSync(process.execPath, ['-e', ASK], { encoding: 'utf8' }));
  return chromium.launch(options);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
