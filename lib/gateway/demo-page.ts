import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { SOCKET_PATH } from '../domains/lane-urls';
import { makeReadable } from '../functions/readable';
import { ownSource } from '../functions/own-source';
import { PropsError } from '../required-props';

const SOURCES = ownSource('tools/demo/page');

/** Configuration that the page reads from `config.json` in its folder. See docs/page.md. */
export interface PageConfiguration {
  /** URL of the HTTP lane, absolute or relative to the page. */
  readonly http?: string;
  /** URL of the WebSocket lane, absolute or relative to the page. */
  readonly websocket?: string;
  readonly tokenUrl?: string;
  readonly comparison?: string;
}

/**
 * Writes the demo page of this repository as static files: `index.html`, `style.css`, `main.js`, `storm.worker.js` and `config.json`.
 *
 * @param folder - created if it does not exist
 * @throws PropsError without the sources of the page, which the package that other apps install does not have
 */
export function writeDemoPage(folder: string, configuration: PageConfiguration): void {
  if (!existsSync(SOURCES)) {
    throw new PropsError(
      `The demo page must have its sources in ${SOURCES}, got no such folder: only the repository has them. Fix: build a page of your own, and set gateway.page to its folder, or remove gateway.page`,
    );
  }
  buildSync({
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

let written: string | undefined;

/**
 * Writes the demo page for a gateway, whose lanes have the host of the page. The first call in a process does.
 *
 * @returns the folder, which exists until the process ends, and which every user can read
 * @throws PropsError like {@link writeDemoPage}
 */
export function demoPage(): string {
  if (written === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'twinlane-page-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    writeDemoPage(folder, { http: '/', websocket: SOCKET_PATH });
    makeReadable(folder);
    written = folder;
  }
  return written;
}
