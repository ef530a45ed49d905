import { Failure } from '../failure';

export function accessDenied(message: string): Failure {
  return new Failure('AccessDeniedException', message);
}

export function validationFailed(message: string): Failure {
  return new Failure('ValidationException', message);
}

/** A constraint of the API's model that a field of the request does not satisfy. */
export function constraintFailed(value: unknown, field: string, constraint: string): Failure {
  const shown = value === undefined ? 'null' : `'${String(value)}'`;
  return validationFailed(
    `1 validation error detected: Value ${shown} at '${field}' failed to satisfy constraint: ${constraint}`,
  );
}

export function parameterNotFound(name: string): Failure {
  return new Failure('ParameterNotFound', `Parameter ${name} not found.`);
}

export function parameterVersionNotFound(name: string, version: string): Failure {
  return new Failure(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
}

export function parameterAlreadyExists(): Failure {
  return new Failure(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );
}

export function typeMismatch(): Failure {
  return new Failure(
    'HierarchyTypeMismatchException',
    "The parameter's type cannot be changed. Delete the parameter and create it with the new type.",
  );
}

export function tooManyLevels(): Failure {
  return new Failure('HierarchyLevelLimitExceededException', 'A parameter name can have at most 15 levels.');
}

export function patternMismatch(pattern: string): Failure {
  return new Failure(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  );
}

export function invalidPattern(pattern: string): Failure {
  return new Failure('InvalidAllowedPatternException', `The regular expression ${pattern} is not valid.`);
}

export function invalidNextToken(): Failure {
  return new Failure('InvalidNextToken', 'The specified token is not valid.');
}

export function unknownOperation(operation: string): Failure {
  return new Failure('com.amazon.coral.service#UnknownOperationException', `${operation} does not run here`);
}
