import type { FunctionBlueprint } from '../../blueprint';
import type { Invoke } from '../../functions/function-client';
import { partitionOf } from '../../partition';
import type { Call, Service } from '../service';
import type { AsynchronousInvocations } from './asynchronous-invocations';
import {
  accessDenied,
  functionNotFound,
  invalidInvocationType,
  payloadIsNotJson,
  payloadTooLarge,
  tooManyRequests,
} from './lambda-failures';
import type { InvocationAnswer } from './lambda-protocol';

/** Quotas of a payload in bytes: 6 MB, and 1 MB for an asynchronous invocation. */
const LIMITS = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 };

interface Options {
  readonly functions: () => readonly FunctionBlueprint[];
  readonly invoke: Invoke;
  readonly asynchronous: Pick<AsynchronousInvocations, 'accept'>;
}

/**
 * The API of Lambda: Invoke. Versions and aliases run the latest code, and every qualifier is accepted. Not emulated: the client context, the
 * tail of the log, response streams, and managing functions.
 */
export class LambdaService implements Service {
  constructor(private readonly options: Options) {}

  async answer(_operation: 'Invoke', input: Readonly<Record<string, unknown>>, call: Call): Promise<InvocationAnswer> {
    const { functionArn, qualifier } = referenceOf(String(input.FunctionName), call);
    const alias = input.Qualifier ?? qualifier;
    const resource = alias === undefined ? functionArn : `${functionArn}:${alias}`;
    await call.permit({ action: 'lambda:InvokeFunction', resource });
    if (!this.options.functions().some(({ arn }) => arn === functionArn)) {
      throw functionNotFound(resource);
    }
    const type = String(input.InvocationType ?? 'RequestResponse');
    if (type === 'DryRun') {
      return { StatusCode: 204, Payload: '' };
    }
    if (type !== 'Event' && type !== 'RequestResponse') {
      throw invalidInvocationType(type);
    }
    const event = eventOf(String(input.Payload ?? ''), LIMITS[type]);
    if (type === 'Event') {
      this.options.asynchronous.accept(functionArn, event);
      return { StatusCode: 202, Payload: '' };
    }
    const outcome = await this.options.invoke(functionArn, event);
    const Payload = JSON.stringify(outcome.payload ?? null);
    if (!('error' in outcome)) {
      return { StatusCode: 200, Payload };
    }
    if (outcome.error === 'Throttled') {
      throw tooManyRequests();
    }
    return { StatusCode: 200, FunctionError: 'Unhandled', Payload };
  }

  denied = accessDenied;
}

/** @returns the event as JSON: an empty payload is an empty object */
function eventOf(payload: string, maximum: number): string {
  if (Buffer.byteLength(payload) > maximum) {
    throw payloadTooLarge(maximum);
  }
  if (payload === '') {
    return '{}';
  }
  try {
    JSON.parse(payload);
  } catch (error) {
    throw payloadIsNotJson((error as Error).message);
  }
  return payload;
}

/** Reads a name, an ARN, or a partial ARN, each with or without a version or an alias. */
function referenceOf(reference: string, { region, accountId }: Call): { functionArn: string; qualifier?: string } {
  const [, full, account = accountId, name = reference, qualifier] =
    /^(?:(arn:[^:]+:lambda:[^:]+:\d{12}:)|(\d{12}):)?(?:function:)?([\w-]+)(?::([\w$-]+))?$/.exec(reference) ?? [];
  const start = full ?? `arn:${partitionOf(region).name}:lambda:${region}:${account}:`;
  return { functionArn: `${start}function:${name}`, ...(qualifier !== undefined && { qualifier }) };
}
