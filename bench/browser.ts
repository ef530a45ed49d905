import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/** How systems name theirs. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where the package keeps its browser, asked in a process of its own: it is an ES module, which jest cannot load. */
const ASK = `import('@sparticuz/chromium').then(async ({ default: { args, executablePath } }) =>
  console.log(JSON.stringify({ args, executablePath: await executablePath() })))`;

/** Starts a Chromium without a window: see {@link findBrowser}. Whoever starts it closes it. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch(findBrowser());
}

/** Starts one with a profile of its own, which goes with it: what a browser remembers, this one has not seen yet. */
export function startFreshProfile(): Promise<BrowserContext> {
  return chromium.launchPersistentContext('', findBrowser());
}

/**
 * @param path - folders to look for the system's Chromium in, as the variable PATH has them
 * @returns how to start it, or else the one that a package brings, for Linux on x64
 */
export function findBrowser(path = process.env.PATH ?? ''): { executablePath: string; args?: string[] } {
  const [executablePath] = path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .filter(isExecutable);
  return executablePath
    ? { executablePath }
    : JSON.parse(execFileSync(process.execPath, ['-e', ASK], { encoding: 'utf8' }));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
