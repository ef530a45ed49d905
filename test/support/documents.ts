import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');

/** Paths of all Markdown documents, relative to the project. */
export const DOCUMENTS = [
  ...readdirSync(PROJECT).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
  'client/README.md',
  'tools/local/README.md',
];

/** @returns the distinct captures of `pattern` in `text`. */
export function captures(pattern: RegExp, text: string): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}
