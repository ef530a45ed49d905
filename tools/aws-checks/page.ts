/** Response of a public page, with any status. */
export interface Page {
  readonly status: number;
  readonly body: string;
}

/** Timeout in milliseconds. These pages respond in well under a second. */
const TIMEOUT = 10_000;

/** Fetches a page by its URL. Does not follow a redirect, because the service does not follow one, either. Rejects as `fetch` does. */
export async function getPage(url: string, timeout = TIMEOUT): Promise<Page> {
  const response = await fetch(new URL(url), { redirect: 'manual', signal: AbortSignal.timeout(timeout) });
  return { status: response.status, body: await response.text() };
}
