import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Creates a folder once and keeps it for later runs, in the temporary folder of the machine.
 *
 * @param key - identifies the content: other content has another key
 * @param fill - writes the content into an empty folder. If it throws, nothing is kept
 * @returns the path of the folder
 */
export function keptFolder(key: string | Uint8Array, fill: (folder: string) => void): string {
  const parent = ownFolder();
  const folder = join(parent, createHash('sha256').update(key).digest('hex').slice(0, 32));
  if (existsSync(folder)) return folder;
  const unfinished = mkdtempSync(join(parent, 'unfinished-'));
  try {
    fill(unfinished);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another run was faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** A folder that no other user of the machine can write. */
function ownFolder(): string {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `twinlane-local-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (uid >= 0 && statSync(folder).uid !== uid) {
    throw new Error(`the folder ${folder} belongs to another user`);
  }
  chmodSync(folder, 0o700);
  return folder;
}
