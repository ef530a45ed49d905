import type { Outcome } from '../../functions/outcome';

/** An asynchronous invocation that is not attempted again. */
export interface Ended {
  readonly requestId: string;
  readonly functionArn: string;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  /** Times that the function ran. */
  readonly attempts: number;
  /** JSON. */
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The last outcome. @default - the function never ran */
  readonly outcome?: Outcome;
}

/** The message for a destination, as in "Capturing records of Lambda asynchronous invocations". */
export function invocationRecord({ requestId, functionArn, condition, attempts, event, now, outcome }: Ended): object {
  const ran = outcome && attempts > 0;
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: { requestId, functionArn: `${functionArn}:$LATEST`, condition, approximateInvokeCount: attempts },
    requestPayload: JSON.parse(event),
    ...(ran && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...('error' in outcome && { functionError: 'Unhandled' }),
      },
      responsePayload: outcome.payload ?? null,
    }),
  };
}

/** The entry of PutEvents with such a message. */
export function invocationEvent(
  { condition, functionArn }: Ended,
  record: string,
  busArn: string,
): Record<string, unknown> {
  return {
    Source: 'lambda',
    DetailType: `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`,
    Resources: [busArn, `${functionArn}:$LATEST`],
    Detail: record,
  };
}

/** The message for a dead-letter queue or topic: the event, and the error as attributes. */
export function deadLetter({ requestId, event, outcome }: Ended): {
  readonly body: string;
  readonly attributes: Record<string, object>;
} {
  const { errorMessage } = Object(outcome?.payload) as { errorMessage?: string };
  return {
    body: event,
    attributes: {
      RequestID: { DataType: 'String', StringValue: requestId },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      // The first 1 KB of the message.
      ...(errorMessage && { ErrorMessage: { DataType: 'String', StringValue: errorMessage.slice(0, 1024) } }),
    },
  };
}
