/** Request that the user entered. */
export interface PageRequest {
  readonly url: string;
  /** In capitals. */
  readonly method: string;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly credentials: 'omit' | 'same-origin' | 'include';
}

/** Query parameter that makes a URL new. */
const NEW_URL = 'first-request';

/** Headers that a page can send to another origin without a preflight, from the Fetch standard. */
const SAFELISTED = new Set(['accept', 'accept-language', 'content-language', 'content-type']);

const SIMPLE_METHODS = new Set(['GET', 'HEAD', 'POST']);

const SIMPLE_TYPES = new Set(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']);

/** Maximum number of characters of a safelisted header's value. */
const LONGEST_VALUE = 128;

/**
 * @returns the reasons for which a browser sends a preflight before the request of a page with this origin: `the method PUT`. Empty if
 *   it sends none
 */
export function reasonsForPreflight({ url, method, headers }: PageRequest, origin: string): string[] {
  if (new URL(url).origin === origin) {
    return [];
  }
  return [
    ...(SIMPLE_METHODS.has(method) ? [] : [`the method ${method}`]),
    ...Object.entries(headers)
      .filter(([name, value]) => !isSafelisted(name, value))
      .map(([name, value]) => (name === 'content-type' ? `the content type ${value}` : `the header ${name}`)),
  ];
}

function isSafelisted(name: string, value: string): boolean {
  if (!SAFELISTED.has(name) || value.length > LONGEST_VALUE) {
    return false;
  }
  return name !== 'content-type' || SIMPLE_TYPES.has(value.split(';')[0]?.trim().toLowerCase() ?? '');
}

/** @returns the most similar request that needs no preflight */
export function simplified({ url, method, headers, body, credentials }: PageRequest): PageRequest {
  const kept = Object.entries(headers).filter(([name, value]) => isSafelisted(name, value));
  return {
    url,
    method: SIMPLE_METHODS.has(method) ? method : 'GET',
    headers: Object.fromEntries(kept),
    // A body that is a text gets the content type text/plain.
    ...(method === 'POST' && { body }),
    credentials,
  };
}

/** @returns the request with a URL that has not been requested before, by its query */
export function withNewUrl(request: PageRequest, name: string): PageRequest {
  const url = new URL(request.url);
  url.searchParams.append(NEW_URL, name);
  return { ...request, url: url.href };
}
