/** True for an absolute `https` URL without a user, a fragment and white space: `https://login.example.com/keys?version=2`. */
export function isHttpsUrl(text: string): boolean {
  return /^https:\/\/[^/?#\\\s][^#\s]*$/.test(text) && URL.canParse(text) && !new URL(text).username;
}

/** True for the URL of an issuer of tokens, which also has no query (OpenID Connect Core 1.0, section 1.2). */
export function isIssuerUrl(text: string): boolean {
  return isHttpsUrl(text) && !text.includes('?');
}
