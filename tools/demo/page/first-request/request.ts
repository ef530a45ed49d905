import { SAFE_METHODS, unsafeHeaders } from '../../../fetch-rules';

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

/**
 * @returns the reasons for which a browser sends a preflight before the request of a page with this origin: `the method PUT`. Empty if
 *   it sends none
 */
export function reasonsForPreflight({ url, method, headers }: PageRequest, origin: string): string[] {
  if (new URL(url).origin === origin) {
    return [];
  }
  return [
    ...(SAFE_METHODS.includes(method) ? [] : [`the method ${method}`]),
    ...unsafeHeaders(headers).map((name) =>
      name === 'content-type' ? `the content type ${headers[name]}` : `the header ${name}`,
    ),
  ];
}

/** @returns the most similar request that needs no preflight */
export function simplified({ url, method, headers, body, credentials }: PageRequest): PageRequest {
  const unsafe = unsafeHeaders(headers);
  const kept = Object.entries(headers).filter(([name]) => !unsafe.includes(name));
  return {
    url,
    method: SAFE_METHODS.includes(method) ? method : 'GET',
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
