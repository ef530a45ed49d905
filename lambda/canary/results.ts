import { type CanaryReport, CHECK_NAMES, type CheckName, type CheckResult, CHECKS } from './canary';
import { CheckFailure, wordsOf } from './check-failure';
import { within } from './within';

/** Results of the checks of a run. */
export class Results {
  private readonly done = new Set<CheckName>();
  private readonly failures = new Map<CheckName, string>();

  /**
   * Does a part of a check. The check fails if the part does, or another one that the failure names.
   *
   * @param limit - maximum duration in milliseconds
   * @returns the result of the work; undefined if it failed
   */
  async attempt<T>(check: CheckName, limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      const result = await within(limit, work);
      this.done.add(check);
      return result;
    } catch (error) {
      const failed = (error instanceof CheckFailure && error.check) || check;
      if (!this.failures.has(failed)) {
        this.failures.set(failed, wordsOf(error));
      }
      return undefined;
    }
  }

  /** @returns true if none of the checks has failed */
  allowed(...checks: readonly CheckName[]): boolean {
    return checks.every((check) => !this.failures.has(check));
  }

  report(): CanaryReport['checks'] {
    return {
      signIn: this.resultOf('signIn'),
      http: this.resultOf('http'),
      webSocket: this.resultOf('webSocket'),
      delivery: this.resultOf('delivery'),
    };
  }

  private resultOf(check: CheckName): CheckResult {
    const reason = this.failures.get(check);
    if (reason !== undefined) {
      return { outcome: 'failed', reason };
    }
    if (this.done.has(check)) {
      return { outcome: 'passed' };
    }
    const failed = CHECKS.filter((other) => this.failures.has(other)).map((other) => `the ${CHECK_NAMES[other]}`);
    return { outcome: 'notTried', because: `${failed.join(' and ')} failed` };
  }
}

/** @returns the result of work, whose failure is one of another check than the one that is running */
export async function blaming<T>(check: CheckName, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof CheckFailure && error.check !== undefined ? error : new CheckFailure(wordsOf(error), check);
  }
}
