import { randomUUID } from 'node:crypto';

/** @returns a new token from the page's issuer; an empty string if authentication is disabled */
export async function tokenOf(pageUrl: string): Promise<string> {
  const { tokenUrl } = (await (await fetch(`${pageUrl}/config.json`)).json()) as { tokenUrl?: string };
  if (!tokenUrl) {
    return '';
  }
  const response = await fetch(new URL(`${tokenUrl}?subject=bench-${randomUUID()}&tenant=bench`, pageUrl));
  return ((await response.json()) as { id_token: string }).id_token;
}
