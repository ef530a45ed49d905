import { Failure } from '../failure';

export function accessDenied(message: string): Failure {
  return new Failure('AccessDeniedException', message);
}

export function secretNotFound(): Failure {
  return new Failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

/** @param version - `staging label: AWSCURRENT`, `VersionId: 01234567-…` */
export function valueNotFound(version: string): Failure {
  return new Failure(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${version}`,
  );
}

export function versionExists(): Failure {
  return new Failure(
    'ResourceExistsException',
    "You can't use ClientRequestToken because that value is already in use for a version of this secret.",
  );
}

export function invalidRequest(message: string): Failure {
  return new Failure('InvalidRequestException', message);
}

export function invalidParameter(message: string): Failure {
  return new Failure('InvalidParameterException', message);
}

export function validationFailed(message: string): Failure {
  return new Failure('ValidationException', message);
}

export function invalidNextToken(): Failure {
  return new Failure('InvalidNextTokenException', 'The NextToken value is invalid.');
}

export function unknownOperation(operation: string): Failure {
  return new Failure('com.amazon.coral.service#UnknownOperationException', `${operation} does not run here`);
}
