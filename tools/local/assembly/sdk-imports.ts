import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { FunctionBlueprint } from '../blueprint';

/** Files of a JavaScript function that can import packages. */
const SOURCES = ['.js', '.mjs', '.cjs'];

/** Bytes of a file from which it is not read. Bundles are smaller. */
const LARGEST = 10 * 1024 * 1024;

/** The package of the SDK in `require("…")`, `import("…")`, `import "…"` and `from "…"`, in minified code, too. */
const IMPORT = /(?:require\s*\(\s*|\bimport\s*\(?\s*|\bfrom\s*)["'](aws-sdk|@(?:aws-sdk|smithy)\/[\w.-]+)(?=["'/])/g;

/** @returns the packages of the AWS SDK that the code imports and does not bring itself, sorted */
export function sdkImportsOf({ code, layersFolder }: Pick<FunctionBlueprint, 'code' | 'layersFolder'>): string[] {
  if ('inline' in code) return importsIn(code.inline).filter((name) => !isInLayers(name, layersFolder));
  const found = sourcesIn(code.directory, SOURCES).flatMap((file) =>
    importsIn(readFileSync(file, 'utf8')).filter((name) => !isInstalled(name, dirname(file), code.directory)),
  );
  return [...new Set(found)].filter((name) => !isInLayers(name, layersFolder)).sort();
}

/** @returns true if the code of a Python function imports the SDK and does not bring it itself */
export function importsBoto3({ code, layersFolder }: Pick<FunctionBlueprint, 'code' | 'layersFolder'>): boolean {
  const folders = ['directory' in code && code.directory, layersFolder && join(layersFolder, 'python')];
  if (folders.some((folder) => folder && existsSync(join(folder, 'boto3')))) return false;
  const texts =
    'inline' in code ? [code.inline] : sourcesIn(code.directory, ['.py']).map((file) => readFileSync(file, 'utf8'));
  return texts.some((text) => /^\s*(import|from)\s+boto(3|core)\b/m.test(text));
}

/** @returns true if a file in the folder finds the package in a folder `node_modules`, up to the folder `until` */
export function isInstalled(name: string, folder: string, until?: string): boolean {
  if (existsSync(join(folder, 'node_modules', name, 'package.json'))) return true;
  const parent = dirname(folder);
  return folder !== until && parent !== folder && isInstalled(name, parent, until);
}

function importsIn(text: string): string[] {
  return [...new Set([...text.matchAll(IMPORT)].map(([, name = '']) => name))].sort();
}

function sourcesIn(folder: string, extensions: readonly string[]): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesIn(path, extensions);
    return entry.isFile() && extensions.includes(extname(path)) && statSync(path).size < LARGEST ? [path] : [];
  });
}

function isInLayers(name: string, layersFolder: string | undefined): boolean {
  if (!layersFolder) return false;
  const folder = join(layersFolder, 'nodejs');
  const versions = existsSync(folder) ? readdirSync(folder).filter((entry) => /^node\d+$/.test(entry)) : [];
  return ['', ...versions].some((version) => existsSync(join(folder, version, 'node_modules', name, 'package.json')));
}
