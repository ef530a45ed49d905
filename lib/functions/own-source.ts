import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of this package's package.json, for the TypeScript sources and for the compiled files below `dist`. */
export const PACKAGE = packageAbove(__dirname);

/** @returns the absolute path of a file of this package. @param path - `lambda/connect.handler.ts` */
export function ownSource(path: string): string {
  return join(PACKAGE, path);
}

function packageAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageAbove(dirname(folder));
}
