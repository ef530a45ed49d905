/** Resources of the assembly to which services deliver, by ARN. Each rejects if the resource does not exist or refuses the message. */
export interface Targets {
  /** @param input as of SendMessage, without the URL */
  send(queueArn: string, input: Record<string, unknown>): Promise<void>;
  /** @param input as of Publish, without the ARN */
  publish(topicArn: string, input: Record<string, unknown>): Promise<void>;
  /** Invokes a function asynchronously. @param event JSON */
  invoke(functionArn: string, event: string): Promise<void>;
  /** @param entry as of PutEvents, without the bus */
  putEvent(busArn: string, entry: Record<string, unknown>): Promise<void>;
}

/** The service of a target, as it is in an ARN. */
export type TargetKind = 'sqs' | 'sns' | 'lambda' | 'events';

/** The permission that a role needs for a delivery, by the service of the target. */
export const DELIVERY_ACTIONS: Readonly<Record<TargetKind, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
  events: 'events:PutEvents',
};

/** @returns undefined if nothing can be delivered to a resource of this service here */
export function targetKindOf(arn: string): TargetKind | undefined {
  const service = arn.split(':')[2] ?? '';
  return service in DELIVERY_ACTIONS ? (service as TargetKind) : undefined;
}
