import { Failure } from '../failure';

export function resourceNotFound(message = 'Requested resource not found'): Failure {
  return new Failure('com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message);
}

export function invalid(message: string): Failure {
  return new Failure('com.amazon.coral.validate#ValidationException', message);
}

export function accessDenied(message: string): Failure {
  return new Failure('com.amazon.coral.service#AccessDeniedException', message);
}

/** An operation that is not emulated, such as those that create and change tables, which only the template does. */
export function unknownOperation(operation: string): Failure {
  return new Failure('com.amazon.coral.service#UnknownOperationException', `${operation} does not run here`);
}
