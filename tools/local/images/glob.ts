/**
 * Translates a pattern of Docker into a regular expression for a whole path without a leading slash: `*` and `?` stand for characters other
 * than `/`, `**` for any number of folders, `[a-z]` for one character. Names that begin with a dot are like others.
 */
export function globExpression(pattern: string): RegExp {
  const source = pattern.replace(
    /\*\*\/|\*\*|\*|\?|\[\^?[^\]]+\]|\\.|[.+^${}()|[\]\\]/g,
    (token) =>
      ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[token] ??
      (token.length > 1 && token.startsWith('[') ? token : `\\${token.at(-1)}`),
  );
  return new RegExp(`^${source}$`, 's');
}

export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}
