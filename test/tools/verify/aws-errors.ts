import type { Answers } from './passing-deployment';

/** Answers in which one command throws. */
export function throwing(command: keyof Answers, error: Error): Partial<Answers> {
  const answer = () => {
    throw error;
  };
  return { [command]: answer };
}

/** Error that an SDK client throws for an error response. */
export function awsError(name: string, message = 'message of AWS'): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

export function deniedError(): Error {
  return awsError('AccessDeniedException');
}
