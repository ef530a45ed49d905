/**
 * @returns true if `text` matches `pattern` in the syntax of listener rules: `*` matches any number of characters, `?` exactly
 * one; `\*` and `\?` match the characters themselves
 */
export function matchesWildcard(pattern: string, text: string, { ignoreCase }: { ignoreCase: boolean }): boolean {
  // Consecutive `*` count as one, because many of them would take exponential time.
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
