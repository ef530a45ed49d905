import { Failure } from '../failure';

export function functionNotFound(functionArn: string): Failure {
  return failure('ResourceNotFoundException', `Function not found: ${functionArn}`, 404);
}

export function payloadTooLarge(bytes: number): Failure {
  const message = `Request must be smaller than ${bytes} bytes for the InvokeFunction operation`;
  return failure('RequestTooLargeException', message, 413);
}

export function payloadIsNotJson(reason: string): Failure {
  return failure('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
}

export function invalidInvocationType(type: string): Failure {
  const message = `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`;
  return failure('InvalidParameterValueException', message);
}

export function tooManyRequests(): Failure {
  const fields = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
  return new Failure('TooManyRequestsException', 'Rate Exceeded.', 429, fields);
}

export function accessDenied(message: string): Failure {
  return failure('AccessDeniedException', message, 403);
}

function failure(type: string, message: string, status = 400): Failure {
  return new Failure(type, message, status);
}
