import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { type Ignored, NOTHING_IGNORED } from './docker-ignore';
import { globExpression, isGlob } from './glob';
import { ImageError } from './image-error';

/** A file, a folder or a symbolic link that `COPY` selects. */
interface SelectedFile {
  readonly kind: 'file' | 'folder' | 'link';
  /** Absolute path on this machine. */
  readonly path: string;
  /** Path below the destination. */
  readonly name: string;
}

export interface Selection {
  readonly files: readonly SelectedFile[];
  /** True if the destination itself is the file: the only source is a file and not a pattern. */
  readonly isOneFile: boolean;
}

/**
 * Selects files as `COPY` does: a pattern selects files and folders, a folder its content.
 *
 * @param root the build context, or the root of a stage
 * @param sources paths and patterns, relative to the root
 * @param ignored paths relative to the root that are left out
 */
export function selectFiles(root: string, sources: readonly string[], ignored: Ignored = NOTHING_IGNORED): Selection {
  const matches = sources.flatMap((source) => {
    const path = posix.join('/', source).slice(1).replace(/\/$/, '');
    const found = isGlob(path) ? matching(root, path) : [path];
    const visible = found.filter((each) => each === '' || !ignored.has(each) || ignored.hasExceptions);
    const existing = visible.filter((each) => statSync(join(root, each), { throwIfNoEntry: false }));
    if (existing.length === 0) {
      const why = found.length > visible.length ? 'is excluded by .dockerignore' : 'does not exist';
      throw new ImageError(`${source} ${why}`);
    }
    return existing;
  });
  const [first] = matches;
  const isOneFile =
    sources.length === 1 && !isGlob(sources[0] ?? '') && first !== undefined && statSync(join(root, first)).isFile();
  const files = matches.flatMap((match): SelectedFile[] => {
    const path = join(root, match);
    // A link that is itself a source is followed.
    return statSync(path).isFile()
      ? ignored.has(match)
        ? []
        : [{ kind: 'file', path, name: basename(match) }]
      : below(root, match, '', ignored);
  });
  return { files, isOneFile };
}

/** @returns a digest of the names, kinds, permissions and contents of the files */
export function digestOf({ files, isOneFile }: Selection): string {
  const hash = createHash('sha256').update(`${isOneFile}`);
  for (const { kind, path, name } of files) {
    hash.update(`\0${kind}\0${name}\0`);
    if (kind === 'link') {
      hash.update(readlinkSync(path));
    } else if (kind === 'file') {
      hash.update(`${statSync(path).mode & 0o111}\0`).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

/** @returns paths relative to the root that match the pattern */
function matching(root: string, pattern: string): string[] {
  const expression = globExpression(pattern);
  const depth = pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length;
  const search = (folder: string, level: number): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      return [
        ...(expression.test(path) ? [path] : []),
        ...(entry.isDirectory() && level < depth ? search(path, level + 1) : []),
      ];
    });
  return search('', 1).toSorted();
}

/** @returns everything below a folder, in a stable order: a folder comes before its content */
function below(root: string, folder: string, name: string, ignored: Ignored): SelectedFile[] {
  const names = readdirSync(join(root, folder)).toSorted();
  return names.flatMap((each): SelectedFile[] => {
    const path = posix.join(folder, each);
    const file = join(root, path);
    const inside = posix.join(name, each);
    const status = lstatSync(file);
    const isIgnored = ignored.has(path);
    if (status.isDirectory()) {
      if (isIgnored && !ignored.hasExceptions) {
        return [];
      }
      const content = below(root, path, inside, ignored);
      return isIgnored && content.length === 0 ? [] : [{ kind: 'folder', path: file, name: inside }, ...content];
    }
    if (isIgnored || !(status.isFile() || status.isSymbolicLink())) {
      return [];
    }
    return [{ kind: status.isFile() ? 'file' : 'link', path: file, name: inside }];
  });
}
