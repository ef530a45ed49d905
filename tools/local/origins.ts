/** @returns true if a text is an origin in the form that browsers send: `https://app.example.com`, without a path or a slash */
export function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
