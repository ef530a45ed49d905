/** What a public page answered, whatever its status. */
export interface Page {
  readonly status: number;
  readonly body: string;
}

/** These pages answer in well under a second, in milliseconds. */
const PATIENCE = 10_000;

/** Gets a page by its URL. A redirect is an answer: the service does not follow one, either. Rejects as `fetch` does. */
export async function getPage(url: string, patience = PATIENCE): Promise<Page> {
  const response = await fetch(new URL(url), { redirect: 'manual', signal: AbortSignal.timeout(patience) });
  return { status: response.status, body: await response.text() };
}
