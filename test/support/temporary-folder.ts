import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Creates a temporary folder for the assemblies, bundles, images and files of all tests, and deletes it at the end. Code that Jest
 * runs is not notified when the process exits.
 */
export default function makeTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-test-'));
  process.env.TMPDIR = folder;
  // The images of containers.
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  process.once('exit', () => rmSync(folder, { recursive: true }));
}
