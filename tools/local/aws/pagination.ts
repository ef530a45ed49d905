/** One page of a list, with the token of the next one. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/**
 * Divides a list into pages. A token contains the name of the last item, so that a page continues after it when the list has changed.
 *
 * @param items - sorted by name
 * @param token - of the page before; undefined for the first one
 * @returns undefined for a token that is not valid
 */
export function pageOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  limit: number,
  token: unknown,
): ListPage<T> | undefined {
  const after = token === undefined ? '' : nameIn(token);
  if (after === undefined) {
    return undefined;
  }
  const rest = items.filter((item) => nameOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { items: page, ...(last !== undefined && rest.length > limit && { next: tokenOf(nameOf(last)) }) };
}

function tokenOf(name: string): string {
  return Buffer.from(JSON.stringify({ after: name })).toString('base64url');
}

function nameIn(token: unknown): string | undefined {
  try {
    const { after } = JSON.parse(Buffer.from(String(token), 'base64url').toString());
    return typeof after === 'string' ? after : undefined;
  } catch {
    return undefined;
  }
}
