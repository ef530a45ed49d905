/** @returns true for a text without white space that ends with a separator, such as `api/` or `urn:api:` */
export function isScopePrefix(text: string): boolean {
  return /^\S*[^\s\p{L}\p{N}]$/u.test(text);
}
