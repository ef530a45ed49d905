import type { Answers } from './kept-promises';

/** Answers where one command throws. */
export function throwing(command: keyof Answers, error: Error): Partial<Answers> {
  const answer = () => {
    throw error;
  };
  return { [command]: answer };
}

/** What an SDK client throws for an answer of AWS that is no success. */
export function awsError(name: string, message = 'message of AWS'): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

export function deniedError(): Error {
  return awsError('AccessDeniedException');
}
