import { PROTOCOL } from './protocol';

/** What a client says of itself when it opens a connection: every value of the two headers, in order. */
export interface Handshake {
  origins: string[];
  protocols: string[];
}

export type Admission = { admitted: true; protocol?: typeof PROTOCOL } | { admitted: false };

/**
 * Decides who may open a connection.
 *
 * A browser always sends its page's origin, which must be on the list, character by character: this keeps other sites
 * from using the lane through their visitors. A client that sends none is not a browser and is admitted: the list
 * protects users of browsers, and says nothing of who the client is. Authentication of the client belongs here too,
 * and does not exist yet.
 */
export function admit({ origins, protocols }: Handshake, allowedOrigins: readonly string[]): Admission {
  if (!origins.every((origin) => allowedOrigins.includes(origin))) {
    return { admitted: false };
  }
  const offered = protocols.flatMap((value) => value.split(',')).map((name) => name.trim());
  return { admitted: true, protocol: offered.includes(PROTOCOL) ? PROTOCOL : undefined };
}

/** @returns the origins of a list separated by commas. */
export function parseOrigins(list: string): string[] {
  return list
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
}
