import { after } from './clock';
import { TwinlaneError } from './error';
import type { Settings } from './options';
import { onAbort } from './signals';

/** A call of `token()`. */
export type Asked = Promise<string>;

/** The bearer token: requested once for all requests, and kept until it is refused or renewed. */
export class Token {
  readonly #settings: Settings;
  #asked: Asked | undefined;
  #forceRefresh = false;
  #abort: AbortController | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get(): Asked {
    this.#asked ??= this.#ask();
    return this.#asked;
  }

  /**
   * Makes the next {@link get} call `token()` again. Does nothing if another call has replaced it.
   *
   * @param forceRefresh true if the token was refused or is about to expire, false if the next one is of another user.
   */
  discard(asked: Asked | undefined = this.#asked, forceRefresh: boolean = this.#forceRefresh): void {
    if (this.#asked === asked) {
      this.#asked = undefined;
      this.#forceRefresh = forceRefresh;
    }
  }

  /** Forgets the token of a user who signs out. */
  forget(): void {
    this.discard(this.#asked, false);
    this.#abort?.abort();
  }

  async #ask(): Promise<string> {
    const { token, clock, answerWithin } = this.#settings;
    const abort = new AbortController();
    const { signal } = abort;
    this.#abort = abort;
    const cancel = after(clock, answerWithin, () => abort.abort());
    let value: unknown;
    try {
      value = await Promise.race([
        token?.({ forceRefresh: this.#forceRefresh, signal }),
        new Promise((_, reject) => onAbort(signal, () => reject(new Error('No answer')))),
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
    this.#forceRefresh = false;
    return value;
  }
}
