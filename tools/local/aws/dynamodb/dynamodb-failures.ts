import { Failure } from '../failure';

export function resourceNotFound(message = 'Requested resource not found'): Failure {
  return new Failure('com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message);
}

/** The error of PutItem, UpdateItem and DeleteItem. */
export function transactionConflict(): Failure {
  return new Failure(
    'com.amazonaws.dynamodb.v20120810#TransactionConflictException',
    'Transaction is ongoing for the item',
  );
}

export function isConflict({ type }: Failure): boolean {
  return type.endsWith('#TransactionConflictException');
}

/**
 * The error for a request beyond the throughput of a table. Source of the two exceptions: "Error handling with DynamoDB", and of their
 * reasons: the API reference of ThrottlingReason.
 */
export function throttled(mode: 'provisioned' | 'onDemand', reason: string, resource: string): Failure {
  const [name, member, message] =
    mode === 'onDemand'
      ? ([
          'ThrottlingException',
          'throttlingReasons',
          'Throughput exceeds the current capacity of your table or index.',
        ] as const)
      : ([
          'ProvisionedThroughputExceededException',
          'ThrottlingReasons',
          'The level of configured provisioned throughput for the table was exceeded.',
        ] as const);
  return new Failure(`com.amazonaws.dynamodb.v20120810#${name}`, message, 400, { [member]: [{ reason, resource }] });
}

export function isThrottled({ type }: Failure): boolean {
  return type.endsWith('#ThrottlingException') || type.endsWith('#ProvisionedThroughputExceededException');
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
