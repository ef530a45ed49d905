/** @returns whether a text is an origin of a page, as browsers send it: `https://app.example.com`, without a path or a slash. */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
