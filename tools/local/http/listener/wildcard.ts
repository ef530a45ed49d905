/**
 * @returns true if `text` matches `pattern` by the rules of a listener rule's values: `*` stands for any number of characters, `?` for
 * exactly one, and `\*`, `\?` for themselves.
 */
export function matchesWildcard(pattern: string, text: string, { ignoreCase }: { ignoreCase: boolean }): boolean {
  // Runs of `*` are one `*`: otherwise a pattern of many would take exponential time.
  const source = pattern.replace(/\*+/g, '*').replace(/\\[*?]|[\s\S]/g, (token) => {
    if (token === '*') {
      return '[\\s\\S]*';
    }
    if (token === '?') {
      return '[\\s\\S]';
    }
    return (token.length === 2 ? token.slice(1) : token).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, ignoreCase ? 'i' : '').test(text);
}
