/** Quotes a word of a command that the user copies to a shell, if it needs that: `&` in a URL ends a command. */
export function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$|^<url>$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
