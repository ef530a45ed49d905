/**
 * `npm run check:descriptions -- URL`: checks the descriptions of the APIs that an HTTP lane serves, with the parser of AsyncAPI and
 * the recommended rules of Redocly. Installs both into a temporary folder: they take 83 MB, and this is run rarely.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandNamed } from '../cli';

const run = promisify(execFile);

const PACKAGES = ['@asyncapi/parser@3.6.6', '@redocly/openapi-core@2.64.0'];

/** Prints the errors and warnings of the files in its folder, one a line. */
const CHECKS = `
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const { diagnostics } = await new Parser().parse(readFileSync('asyncapi.json', 'utf8'));
for (const { severity, message, path } of diagnostics) {
  if (severity <= 1) {
    console.log('asyncapi.json ' + path.join('.') + ': ' + message);
  }
}
const config = await createConfig({ extends: ['recommended'] });
const problems = await lintFromString({ source: readFileSync('openapi.json', 'utf8'), absoluteRef: 'openapi.json', config });
for (const { message, location } of problems) {
  console.log('openapi.json ' + location[0].pointer + ': ' + message);
}
`;

/** @returns the text of a document. Throws an error that names the URL if it cannot be read */
async function read(url: string): Promise<string> {
  const response = await fetch(url).catch(({ cause }: Error) => cause as NodeJS.ErrnoException);
  if (response instanceof Response && response.ok) {
    return response.text();
  }
  const problem = response instanceof Response ? `status ${response.status}` : (response.code ?? response.message);
  throw new Error(`${url} cannot be read: ${problem}. Fix: pass the URL of an HTTP lane that is running.`);
}

async function check(url: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-descriptions-'));
  try {
    for (const name of ['asyncapi.json', 'openapi.json']) {
      writeFileSync(join(folder, name), await read(`${url}/${name}`));
    }
    writeFileSync(join(folder, 'checks.mjs'), CHECKS);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], { cwd: folder });
    const { stdout } = await run(process.execPath, ['checks.mjs'], { cwd: folder });
    console.log(stdout || 'No problems found.');
    process.exitCode = stdout ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

commandNamed('npm run check:descriptions --')
  .description('Checks /asyncapi.json and /openapi.json with public validators. Requires the network.')
  .argument('<url>', 'URL of an HTTP lane, such as http://localhost:4510')
  .action(check)
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
