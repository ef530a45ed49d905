import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readlink, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Selection } from './selected-files';

/** Number of files that are copied at the same time. */
const AT_ONCE = 32;

export interface CopyOptions {
  /** Path on this machine. It ends in a separator if it must be a folder. */
  readonly destination: string;
  /** Root of the source: links with an absolute path in it lead into the root of the destination. */
  readonly from: string;
  readonly to: string;
  /** Octal. @default - that of each source */
  readonly mode?: string;
  readonly signal?: AbortSignal;
}

/** Copies files into an image. Existing files are replaced, and existing folders keep their content. */
export async function copyFiles({ files, isOneFile }: Selection, options: CopyOptions): Promise<void> {
  const { destination, from, to, mode, signal } = options;
  const isFile = isOneFile && !destination.endsWith('/') && !(await isFolder(destination));
  const target = (name: string) => (isFile ? destination : join(destination, name));
  await mkdir(isFile ? dirname(destination) : destination, { recursive: true });
  for (const { name } of files.filter(({ kind }) => kind === 'folder')) {
    await mkdir(target(name), { recursive: true });
  }
  const others = files.filter(({ kind }) => kind !== 'folder');
  for (let index = 0; index < others.length; index += AT_ONCE) {
    signal?.throwIfAborted();
    await Promise.all(
      others.slice(index, index + AT_ONCE).map(async ({ kind, path, name }) => {
        // Not into the file to which a link at this place leads.
        await rm(target(name), { force: true, recursive: kind === 'link' });
        if (kind === 'file') {
          await copyFile(path, target(name), constants.COPYFILE_FICLONE);
          await chmod(target(name), mode === undefined ? (await stat(path)).mode | 0o200 : Number.parseInt(mode, 8));
        } else {
          const link = await readlink(path);
          await symlink(link.startsWith(`${from}/`) ? join(to, relative(from, link)) : link, target(name));
        }
      }),
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
