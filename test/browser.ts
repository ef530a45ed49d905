import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** Where the package keeps its browser, asked in a process of its own: it is an ES module, which jest cannot load. */
const ASK = `import('@sparticuz/chromium').then(async ({ default: { args, executablePath } }) =>
  console.log(JSON.stringify({ args, executablePath: await executablePath() })))`;

/** Starts a browser without a window. Whoever starts it closes it. */
export async function startBrowser(): Promise<Browser> {
  const { args, executablePath } = JSON.parse(execFileSync(process.execPath, ['-e', ASK], { encoding: 'utf8' }));
  return chromium.launch({ args, executablePath });
}
