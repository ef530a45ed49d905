import { Failure } from '../failure';

export function topicNotFound(): Failure {
  return failure('NotFound', 'Topic does not exist', 404);
}

export function invalidParameter(reason: string): Failure {
  return failure('InvalidParameter', `Invalid parameter: ${reason}`);
}

/** @param kind `TooManyEntriesInBatchRequest` */
export function badBatch(kind: string, message: string): Failure {
  return failure(kind, message);
}

export function operationDoesNotRun(operation: string): Failure {
  return failure('InvalidAction', `${operation} does not run here`);
}

export function accessDenied(message: string): Failure {
  return failure('AuthorizationError', message, 403);
}

function failure(code: string, message: string, status = 400): Failure {
  return new Failure(code, message, status);
}
