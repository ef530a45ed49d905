import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** Number of images that stay, however old they are. */
const KEPT = 30;

/** Milliseconds after its last use until an image can be removed. A run that uses it can be that long. */
const UNUSED = 24 * 60 * 60 * 1000;

/**
 * The folder of built stages. A stage has a folder with a random name, and a link with its key that is created when the stage is complete,
 * so that a build that was interrupted is never used. Paths in files of the stage stay valid, because its folder is not moved.
 */
export class ImageCache {
  private readonly images: string;

  /** @param folder is created if it does not exist. The default is the cache folder of this user */
  constructor(readonly folder = join(userCache(), 'twinlane-local')) {
    const images = join(folder, 'images');
    // Only this user can add images, because their commands run.
    mkdirSync(images, { recursive: true, mode: 0o700 });
    this.images = realpathSync(images);
  }

  /** @returns root of the stage with this key; undefined if it was not built */
  find(key: string): string | undefined {
    const link = join(this.images, key);
    if (!existsSync(link)) {
      return undefined;
    }
    const root = realpathSync(link);
    const now = new Date();
    utimesSync(root, now, now);
    return root;
  }

  /** @returns an empty folder for a new stage */
  create(): string {
    const root = join(this.images, randomUUID());
    mkdirSync(root, { mode: 0o700 });
    return root;
  }

  /** Keeps a complete stage. */
  keep(key: string, root: string): void {
    const link = join(this.images, `${basename(root)}.link`);
    symlinkSync(basename(root), link);
    renameSync(link, join(this.images, key));
  }

  discard(root: string): void {
    rmSync(root, { recursive: true, force: true });
  }

  /** Removes stages and interrupted builds that were not used for a day, except the last used ones. */
  prune(now = Date.now()): void {
    const entries = readdirSync(this.images, { withFileTypes: true });
    const folders = entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ name, used: statSync(join(this.images, name)).mtimeMs }))
      .toSorted((one, other) => other.used - one.used);
    const removed = new Set(
      folders
        .slice(KEPT)
        .filter(({ used }) => now - used > UNUSED)
        .map(({ name }) => name),
    );
    for (const entry of entries.filter((each) => each.isSymbolicLink())) {
      const link = join(this.images, entry.name);
      if (removed.has(readlinkSync(link)) || !existsSync(link)) {
        rmSync(link, { force: true });
      }
    }
    for (const name of removed) {
      this.discard(join(this.images, name));
    }
  }
}

function userCache(): string {
  const { XDG_CACHE_HOME } = process.env;
  return XDG_CACHE_HOME || join(homedir(), process.platform === 'darwin' ? 'Library/Caches' : '.cache');
}
