/** Outcome of an invocation. */
export type Outcome =
  | { readonly payload: unknown }
  | {
      readonly error: FunctionError;
      /** In one sentence. */
      readonly message: string;
      /** `{errorType, errorMessage, trace?}`, as Lambda gives it. */
      readonly payload: unknown;
    };

/** `Unhandled`: the function threw, did not load, or its process ended. `Throttled`: it was not invoked. */
export type FunctionError = 'Unhandled' | 'TimedOut' | 'OutOfMemory' | 'Throttled';

/** An error as Lambda words it. */
export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  /** The stack's lines. */
  readonly trace?: readonly string[];
}

export function failure(error: FunctionError, payload: ErrorPayload): Outcome {
  return { error, message: `${payload.errorType}: ${payload.errorMessage}`, payload };
}

export function timedOut(requestId: string, seconds: number): Outcome {
  return failure('TimedOut', {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  });
}

export function outOfMemory(requestId: string): Outcome {
  return failure('OutOfMemory', {
    errorType: 'Runtime.OutOfMemory',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  });
}

/** The process ended while it had an invocation. */
export function exited(requestId: string, code: number | null, signal: string | null): Outcome {
  const reason =
    code === 0 ? 'without providing a reason' : `with error: ${signal ? `signal: ${signal}` : `exit status ${code}`}`;
  return failure('Unhandled', {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reason}`,
  });
}

export function throttled(): Outcome {
  return failure('Throttled', { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' });
}

/** `Error: boom, at handler (/…/index.js:3:9)`: an error and, if the function's code threw it, where, on one line. */
export function oneLine({ errorType, errorMessage, trace = [] }: ErrorPayload): string {
  const own = !errorType.startsWith('Runtime.');
  const place = own && trace.find((line) => line.startsWith('    at '))?.trim();
  const message = errorMessage.replace(/\s*\n[\s\S]*/, '');
  return `${errorType}: ${message}${place ? `, ${place}` : ''}`;
}
