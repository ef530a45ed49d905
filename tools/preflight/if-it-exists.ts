import { isMissing } from '../aws-checks/query';

/** Answer of a call about a resource that need not exist. A query that resolves to undefined would fail its checks. */
export interface Existing<Answer> {
  readonly existing?: Answer;
}

/** Makes the call. An error of AWS that the resource does not exist becomes an answer without it. */
export async function ifItExists<Answer>(call: () => Promise<Answer | undefined>): Promise<Existing<Answer>> {
  try {
    return { existing: await call() };
  } catch (error) {
    if (isMissing(error)) {
      return {};
    }
    throw error;
  }
}
