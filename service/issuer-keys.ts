import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Logger } from '../lambda/logger';
import { Unavailable } from '../lambda/realtime/ports';
import { FetchError } from './fetch-json';
import { Problem } from './problem';
import { fetchKeys, firstUrl, type Issuer, NO_KEYS } from './published-keys';

/** Milliseconds after which keys are fetched again. */
const FRESH_FOR = 600_000;

/**
 * Milliseconds for which keys are used if they cannot be fetched again: half of the longest life of a token. It is also the time
 * for which an attacker who can block the fetches could use a key that the issuer has removed.
 */
const USABLE_FOR = 12 * 3600_000;

/** Seconds between two fetches, whether or not the first one succeeded. */
const PAUSE_SECONDS = 10;

/** Milliseconds for all requests of a fetch together: with keys that can be used meanwhile, and without any. */
const TIMEOUT = { withKeys: 2000, withoutKeys: 5000 };

/** Maximum characters of the issuer's own text in a log line. */
const LONGEST_FOUND = 256;

/**
 * Gets the public keys of an issuer, and keeps them. Each refresh of the keys also refreshes the discovery document, so that the
 * issuer can move its keys. Keys are refreshed after 10 minutes, and for an unknown key id. Requests share a fetch.
 *
 * If a fetch fails, one line is logged, and the keys that were fetched before verify tokens for up to 12 hours. From then on,
 * each further fetch delays only the request that starts it, until one succeeds. A token with another key cannot be verified:
 * throws {@link Unavailable} if a retry can succeed, and otherwise a {@link Problem} with the code `internal`, because the
 * configuration must change.
 */
export function issuerKeys(issuer: Issuer, { now, logger }: { now: () => number; logger: Logger }): JWTVerifyGetKey {
  /** The keys of the last fetch that succeeded. */
  let fetched: { keyOf: JWTVerifyGetKey; at: number; invalid?: Error } | undefined;
  /** Reason for which the last fetch failed. */
  let failed: Error | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  return async (header, token) => {
    const age = fetched ? now() - fetched.at : 0;
    if (age >= USABLE_FOR) {
      fetched = undefined;
    }
    if (!fetched || age >= FRESH_FOR) {
      await refresh();
    }
    let key = await keyOf(header, token);
    if (!key) {
      await refresh();
      key = await keyOf(header, token);
    }
    if (!key) {
      throw failed ?? new errors.JWKSNoMatchingKey();
    }
    return key;
  };

  /** Starts a fetch, or waits for one that is under way, unless the one before it failed: it may take long, too. */
  function refresh(): Promise<void> | undefined {
    if (now() < startedAt + PAUSE_SECONDS * 1000) {
      return failed ? undefined : fetching;
    }
    startedAt = now();
    fetching = fetchKeys(issuer, fetched ? TIMEOUT.withKeys : TIMEOUT.withoutKeys)
      .then((set) => {
        fetched = { keyOf: createLocalJWKSet(set), at: now() };
        failed = undefined;
      })
      .catch((error: unknown) => {
        const problem = error instanceof FetchError ? error : invalidKey();
        // The issuer has removed its keys. This is not an outage.
        fetched = problem.reason === NO_KEYS ? undefined : fetched;
        failed = failure(problem);
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  }

  /** @returns the key that the token names; undefined if the issuer has not published it */
  async function keyOf(
    ...token: Parameters<JWTVerifyGetKey>
  ): Promise<Awaited<ReturnType<JWTVerifyGetKey>> | undefined> {
    const from = fetched;
    try {
      return await from?.keyOf(...token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) {
        return undefined;
      }
      if (error instanceof errors.JWKSMultipleMatchingKeys || !from) {
        throw error;
      }
      from.invalid ??= failure(invalidKey());
      throw from.invalid;
    }
  }

  /** The error of a key that is not a valid public key. */
  function invalidKey(): FetchError {
    return new FetchError(firstUrl(issuer), 'INVALID_KEY');
  }

  /** Logs a failure. @returns the error for requests */
  function failure({ url, status, reason, found, temporary }: FetchError): Error {
    logger({ event: 'issuer_keys_failed', url, status, error: reason, found: found?.slice(0, LONGEST_FOUND) });
    return temporary
      ? new Unavailable(PAUSE_SECONDS)
      : new Problem(
          'internal',
          'The service is configured with an issuer whose keys it cannot read, so it cannot verify tokens. The error has been logged.',
        );
  }
}
