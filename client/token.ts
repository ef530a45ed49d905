import { after } from './clock';
import { TwinlaneError } from './error';
import type { Settings } from './options';
import { onAbort } from './signals';

/** The bearer token: requested once for all requests, and kept until it is refused or renewed. */
export interface Tokens {
  get(): Promise<string>;
  /**
   * Makes the next {@link get} call `token()` again. Does nothing if another call has replaced it.
   *
   * @param forceRefresh true if the token was refused or is about to expire, false if the next one is of another user.
   */
  discard(last: Promise<string> | undefined, forceRefresh: boolean): void;
  /** Forgets the token of a user who signs out. */
  forget(): void;
}

export function tokensOf({ token, clock, answerWithin }: Settings): Tokens {
  let asked: Promise<string> | undefined;
  let forced = false;
  let abort: AbortController | undefined;

  function discard(last = asked, forceRefresh = forced): void {
    if (asked === last) {
      asked = undefined;
      forced = forceRefresh;
    }
  }

  async function ask(): Promise<string> {
    const controller = new AbortController();
    const { signal } = controller;
    abort = controller;
    const cancel = after(clock, answerWithin, () => controller.abort());
    let value: unknown;
    try {
      value = await Promise.race([
        // First, so that it also wins if token() itself signs out.
        new Promise((_, reject) => onAbort(signal, () => reject(new Error('No answer')))),
        token?.({ forceRefresh: forced, signal }),
      ]);
    } catch (cause) {
      throw new TwinlaneError('token', 'token() failed: see cause', { cause });
    } finally {
      cancel();
    }
    if (value === null) {
      throw new TwinlaneError('signed_out', 'No user is signed in: token() returned null');
    }
    if (typeof value !== 'string' || !/^[!-~]+$/.test(value)) {
      const got = typeof value === 'string' ? (value ? 'other characters' : "''") : typeof value;
      throw new TwinlaneError('token', `token() must return null or ASCII text without spaces, got ${got}`);
    }
    forced = false;
    return value;
  }

  return {
    get() {
      if (!asked) {
        const last = (asked = ask());
        last.catch(() => discard(last));
      }
      return asked;
    },
    discard,
    forget() {
      discard(asked, false);
      abort?.abort();
    },
  };
}
