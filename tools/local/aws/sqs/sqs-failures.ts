import { Failure } from '../failure';

/**
 * @param name the error's shape in the JSON protocol: `QueueDoesNotExist`
 * @param code its name in the query protocol, which SDKs still use
 */
function failure(name: string, code: string, message: string, status = 400): Failure {
  const headers = { 'x-amzn-query-error': `${code};Sender` };
  return new Failure(`com.amazonaws.sqs#${name}`, message, status, {}, headers);
}

export function queueDoesNotExist(): Failure {
  return failure('QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
}

export function resourceNotFound(parameter: string): Failure {
  const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  return failure('ResourceNotFoundException', 'ResourceNotFoundException', message, 404);
}

/** @param kind `EmptyBatchRequest` */
export function badBatch(kind: string, message: string): Failure {
  return failure(kind, `AWS.SimpleQueueService.${kind}`, message);
}

export function invalidParameter(message: string): Failure {
  return failure('InvalidParameterValueException', 'InvalidParameterValue', message);
}

export function invalidMessageContents(): Failure {
  return failure(
    'InvalidMessageContents',
    'InvalidMessageContents',
    'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
  );
}

export function missingParameter(name: string): Failure {
  return failure(
    'MissingRequiredParameterException',
    'MissingParameter',
    `The request must contain the parameter ${name}.`,
  );
}

export function receiptHandleIsInvalid(): Failure {
  return failure('ReceiptHandleIsInvalid', 'ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
}

export function messageNotInflight(): Failure {
  return failure('MessageNotInflight', 'AWS.SimpleQueueService.MessageNotInflight', 'The message is not in flight.');
}

export function unsupportedOperation(operation: string): Failure {
  return failure(
    'UnsupportedOperation',
    'AWS.SimpleQueueService.UnsupportedOperation',
    `${operation} does not run here`,
  );
}

export function accessDenied(message: string): Failure {
  return failure('AccessDenied', 'AccessDenied', message, 403);
}
