import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';

const PROJECT = dirname(__dirname);
const PACKAGE = '@sparticuz/chromium';

/**
 * Starts a headless Chromium: the packaged one, or the one at the path in the environment variable `CHROMIUM`. It does not use
 * a browser of the system, so that tests give the same result on every machine. The caller closes the browser.
 *
 * @param env - environment variables to set or, if undefined, to remove: `{ LANG: 'de_DE.UTF-8', LC_ALL: undefined }`
 */
export async function startBrowser(env: NodeJS.ProcessEnv = {}): Promise<Browser> {
  return chromium.launch(await launchOptions(env));
}

/**
 * Starts a browser with a new, temporary profile: an empty cache and no open connection.
 *
 * @param args - more arguments of Chromium: `--host-resolver-rules=MAP app.localhost 127.0.0.1:4600`
 */
export async function startFreshProfile(args: string[] = []): Promise<BrowserContext> {
  return chromium.launchPersistentContext('', { ...(await launchOptions()), args });
}

/** Exported for its test. Throws if the file in `CHROMIUM` does not exist, or if no Chromium is packaged for this system. */
export async function launchOptions(
  env: NodeJS.ProcessEnv = {},
  named = process.env.CHROMIUM,
  system = `${process.platform}-${process.arch}`,
): Promise<LaunchOptions> {
  if (named) {
    if (!existsSync(named)) {
      throw new Error(`CHROMIUM must be the path of a Chromium or Chrome, got "${named}". Fix: correct or unset it.`);
    }
    return { executablePath: named, env: defined({ ...process.env, ...env }) };
  }
  if (system !== 'linux-x64') {
    throw new Error(
      `The packaged Chromium requires linux-x64, got ${system}. Fix: set the environment variable CHROMIUM to the path of a Chromium or Chrome.`,
    );
  }
  const folder = await unpacked();
  const executablePath = join(folder, 'chromium');
  const own = {
    // The same fonts on every machine, including a machine without fonts.
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    ...(!(await runs(executablePath)) && { LD_LIBRARY_PATH: join(folder, 'al2023/lib') }),
  };
  return { executablePath, env: defined({ ...process.env, ...own, ...env }) };
}

/** @returns the folder of the unpacked Chromium with its libraries and fonts. Takes about 4 s the first time. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PROJECT, 'node_modules', PACKAGE, 'package.json'), 'utf8'));
  const folder = join(PROJECT, 'node_modules/.cache', `chromium-${version}`);
  if (existsSync(folder)) {
    return folder;
  }
  mkdirSync(dirname(folder), { recursive: true });
  const building = mkdtempSync(`${folder}-`);
  try {
    // The package unpacks into the temporary folder. On Lambda it also unpacks libraries that a minimal system lacks.
    await promisify(execFile)(
      process.execPath,
      ['-e', `import('${PACKAGE}').then((chromium) => chromium.default.executablePath())`],
      {
        cwd: PROJECT,
        env: { ...process.env, TMPDIR: building, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
      },
    );
    writeFileSync(join(building, 'fonts.conf'), fontConfiguration(folder));
    // Atomic, because another process can unpack at the same time and must never see an incomplete folder.
    renameSync(building, folder);
  } catch (error) {
    if (!existsSync(folder)) {
      throw error;
    }
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return folder;
}

/** Configuration of fontconfig that uses only the package's fonts. */
function fontConfiguration(folder: string): string {
  const path = folder.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path}/fonts</dir>
  <cachedir>${path}/fonts-cache</cachedir>
</fontconfig>
`;
}

/** @returns true if the system has the libraries that the browser needs */
async function runs(executablePath: string): Promise<boolean> {
  return promisify(execFile)(executablePath, ['--version']).then(
    () => true,
    () => false,
  );
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
