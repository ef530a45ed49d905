import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const SOURCES = join(__dirname, '../page');

/** Configuration that the page reads from `config.json` in its folder. See docs/page.md. */
export interface PageConfiguration {
  readonly http?: string;
  readonly websocket?: string;
  readonly tokenUrl?: string;
  readonly comparison?: string;
}

/**
 * Writes the page as static files, for any host: `index.html`, `style.css`, `main.js`, `storm.worker.js` and `config.json`.
 *
 * @param folder - created if it does not exist
 */
export async function buildPage(folder: string, configuration: PageConfiguration): Promise<void> {
  await build({
    entryPoints: ['main.ts', 'storm.worker.ts', 'style.css'].map((file) => join(SOURCES, file)),
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['es2022'],
    logLevel: 'warning',
  });
  cpSync(join(SOURCES, 'index.html'), join(folder, 'index.html'));
  writeFileSync(join(folder, 'config.json'), `${JSON.stringify(configuration, undefined, 2)}\n`);
}
