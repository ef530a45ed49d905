/**
 * @returns true if a text is an origin in the form that browsers and apps send: `https://app.example.com`, `capacitor://localhost`;
 *   without a path or a slash
 */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text)
    ? URL.canParse(text) && new URL(text).origin === text
    : /^[a-z][a-z0-9+.-]*:\/\/[\w.-]+(:\d+)?$/.test(text);
}
