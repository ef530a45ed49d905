import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { globExpression } from './glob';

/** Files of a build context that `COPY` does not see. */
export interface Ignored {
  /** True if the path, relative to the context, is excluded. */
  has(path: string): boolean;
  /** True if a file below an excluded folder can be included again. */
  readonly hasExceptions: boolean;
}

export const NOTHING_IGNORED: Ignored = { has: () => false, hasExceptions: false };

/**
 * Reads `.dockerignore`: a pattern on each line, relative to the context; the last one that matches a path or one of its folders decides,
 * and `!` includes it again. https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseDockerIgnore(text: string): Ignored {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ excludes: !line.startsWith('!'), pattern: cleaned(line.replace(/^!\s*/, '')) }))
    .filter(({ pattern }) => pattern !== '')
    .map(({ excludes, pattern }) => ({ excludes, expression: globExpression(pattern) }));
  return {
    hasExceptions: rules.some(({ excludes }) => !excludes),
    has(path) {
      const parts = path.split('/');
      const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
      const decisive = rules.findLast(({ expression }) => paths.some((each) => expression.test(each)));
      return decisive?.excludes ?? false;
    },
  };
}

/** @returns the ignored files of a context: of `NAME.dockerignore` beside the Dockerfile `NAME`, or of `.dockerignore` */
export function ignoredIn(context: string, dockerfile: string): Ignored {
  const file = [`${dockerfile}.dockerignore`, '.dockerignore'].map((name) => join(context, name)).find(existsSync);
  return file === undefined ? NOTHING_IGNORED : parseDockerIgnore(readFileSync(file, 'utf8'));
}

/** @returns the pattern without a leading or trailing slash; '' for the context itself */
function cleaned(pattern: string): string {
  const path = posix.normalize(pattern).replace(/^\/+|\/+$/g, '');
  return path === '.' ? '' : path;
}
