/**
 * Generates a random id of 32 letters and digits. `crypto.randomUUID` is missing on pages without HTTPS and in React Native,
 * and some environments have no `crypto`.
 */
export function randomId(): string {
  const bytes = new Uint8Array(16).map(() => Math.random() * 256);
  globalThis.crypto?.getRandomValues?.(bytes);
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('');
}
