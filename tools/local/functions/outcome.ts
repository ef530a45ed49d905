/** Outcome of an invocation. */
export type Outcome =
  | { readonly payload: unknown }
  | {
      readonly error: FunctionError;
      /** The error in one sentence. */
      readonly message: string;
      /** `{errorType, errorMessage, trace?}`, as Lambda returns it. */
      readonly payload: unknown;
    };

/** Kind of an error. `Unhandled`: the function threw, did not load, or its process ended. `Throttled`: it was not invoked. */
export type FunctionError = 'Unhandled' | 'TimedOut' | 'OutOfMemory' | 'Throttled';

/** An error in Lambda's form. */
export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  /** The stack's lines, of Node.js. */
  readonly trace?: readonly string[];
  /** The stack's frames, of Python, the innermost last. */
  readonly stackTrace?: readonly string[];
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

/** Outcome if the process ended during an invocation. */
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

/** An error on one line, with the location if the function's code threw it: `Error: boom, at handler (/…/index.js:3:9)`. */
export function oneLine({ errorType, errorMessage, trace = [], stackTrace = [] }: ErrorPayload): string {
  const own = !errorType.startsWith('Runtime.') || errorType === 'Runtime.UserCodeSyntaxError';
  const frame = trace.find((line) => line.startsWith('    at ')) ?? stackTrace.at(-1)?.split('\n')[0];
  const place = own && frame?.trim();
  const message = errorMessage.replace(/\s*\n[\s\S]*/, '');
  return `${errorType}: ${message}${place ? `, ${place}` : ''}`;
}
