/** Answers in which one command throws. */
export function throwing<Command extends string>(command: Command, error: Error): Record<Command, () => never> {
  const answer = () => {
    throw error;
  };
  return { [command]: answer } as Record<Command, () => never>;
}

/** Error that an SDK client throws for an error response. */
export function awsError(name: string, message = 'message of AWS'): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}

export function deniedError(): Error {
  return awsError('AccessDeniedException');
}
