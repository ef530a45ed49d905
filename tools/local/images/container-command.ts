import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import type { ImagePaths } from './image-paths';

/** Programs that only start another one and pass signals on. */
const INIT = /^(tini|tini-static|dumb-init|catatonit|docker-entrypoint\.sh)$/;

/**
 * The command of a container on this machine: paths of the image are replaced, an init process is left out, and a script or an option as
 * the first word is for `node`, as in the official image.
 */
export function commandHere(command: readonly string[], paths: ImagePaths): string[] {
  const words = withoutInit(command, paths);
  const [first = ''] = words;
  const all = /^-|\.[cm]?js$/.test(first) ? ['node', ...words] : words;
  return all.map((word, index) => (isShellText(all, index) ? paths.inText(word) : paths.inWord(word)));
}

function withoutInit(command: readonly string[], paths: ImagePaths): readonly string[] {
  const [first = '', ...rest] = command;
  const name = posix.basename(first);
  const isOfImage = paths.programs().some((folder) => existsSync(posix.join(folder, name)));
  if (!INIT.test(name) || isOfImage) {
    return command;
  }
  const end = rest.indexOf('--');
  const start = end === -1 ? rest.findIndex((word) => !word.startsWith('-')) : end + 1;
  return start === -1 ? [] : withoutInit(rest.slice(start), paths);
}

/** True for the text after `sh -c`. */
function isShellText(words: readonly string[], index: number): boolean {
  return index === 2 && words[1] === '-c' && /(^|\/)(ba|a|da)?sh$/.test(words[0] ?? '');
}
