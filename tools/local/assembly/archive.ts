import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { keptFolder } from './kept-folder';

/**
 * Unpacks a zip archive outside of the assembly. An archive with the same content is unpacked once for all runs.
 *
 * @param file - path of the archive
 * @returns the folder with its files. Throws an error if the file is not a zip archive, or has an entry outside of the folder. Links
 *   in the archive become files with their targets as text
 */
export function unpackedArchive(file: string): string {
  const bytes = readFileSync(file);
  return keptFolder(bytes, (folder) => {
    for (const [name, content] of Object.entries(entriesOf(bytes, file))) {
      const path = join(folder, name);
      if (name.includes('\\') || !path.startsWith(folder + sep)) {
        throw new Error(`the archive ${file} has an entry outside of its folder: ${name}`);
      }
      if (name.endsWith('/')) {
        mkdirSync(path, { recursive: true });
      } else {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
    }
  });
}

function entriesOf(bytes: Uint8Array, file: string): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch (error) {
    throw new Error(`${file} is not a zip archive: ${(error as Error).message}`, { cause: error });
  }
}
