/** Maximum bytes of a document, after decompression. Load balancers accept 150 KB of keys, and issuers publish a few KB. */
const MOST_BYTES = 256 * 1024;

/** Status codes after which a retry can succeed: request timeout, too early, too many requests. */
const TEMPORARY = [408, 425, 429];

/** A document that could not be fetched, or that cannot be used. */
export class FetchError extends Error {
  /** True if a retry can succeed. */
  readonly temporary: boolean;
  /** Status of the response; undefined without a response. */
  readonly status: number | undefined;
  /** The part of the document that is wrong. */
  readonly found: string | undefined;

  /**
   * @param url URL of the document.
   * @param reason code of the error, as Node.js has it (`ENOTFOUND`), or one in the same style (`NOT_JSON`).
   */
  constructor(
    readonly url: string,
    readonly reason: string,
    { temporary = false, status, found }: { temporary?: boolean; status?: number; found?: string } = {},
  ) {
    super(`${url}: ${reason}`);
    this.name = 'FetchError';
    this.temporary = temporary;
    this.status = status;
    this.found = found;
  }
}

/**
 * Fetches a JSON document. Does not follow redirects, and does not read more than 256 KiB.
 *
 * @param signal aborts the request, also while the body is read.
 * @returns the parsed document. Throws a {@link FetchError}.
 */
export async function fetchJson(url: string, { headers, signal }: Pick<RequestInit, 'headers' | 'signal'>) {
  try {
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    const { status } = response;
    if (status !== 200) {
      await response.body?.cancel();
      throw new FetchError(url, 'STATUS', { status, temporary: status >= 500 || TEMPORARY.includes(status) });
    }
    return parsed(url, await textOf(url, response));
  } catch (error) {
    throw error instanceof FetchError ? error : new FetchError(url, codeOf(error), { temporary: true });
  }
}

async function textOf(url: string, { body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw new FetchError(url, 'TOO_LARGE', { status: 200 });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FetchError(url, 'NOT_JSON', { status: 200 });
  }
}

/** @returns the code of a failed `fetch`: `ENOTFOUND`, `ECONNREFUSED`, `TimeoutError` */
function codeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string; name?: string } };
  return cause?.code ?? cause?.name ?? name;
}
