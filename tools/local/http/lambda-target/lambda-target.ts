import type { IncomingMessage } from 'node:http';
import type { TargetGroupBlueprint } from '../../blueprint';
import type { Outcome } from '../../functions/outcome';
import type { Answer } from '../listener/answer';
import { ErrorPage } from '../listener/error-page';
import type { RequestFacts } from '../listener/request-facts';
import type { RawHeaders } from '../listener/response-headers';
import { lambdaEvent } from './event';
import { lambdaResponse } from './response';

/** Invokes a function by ARN, and resolves to its outcome. */
export type Invoke = (functionArn: string, event: unknown) => Promise<Outcome>;

/** Maximum bytes of a request's body. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
const LARGEST = 1024 * 1024;

export interface LambdaExchange {
  readonly group: TargetGroupBlueprint;
  readonly request: IncomingMessage;
  readonly facts: RequestFacts;
  readonly headers: RawHeaders;
  /** Maximum wait for the client's next bytes, and for the function, in milliseconds. */
  readonly idleMs: number;
  readonly invoke: Invoke;
}

/** @returns the function's response. Throws an {@link ErrorPage} for responses of the load balancer itself */
export async function invokeFunction({
  group,
  request,
  facts,
  headers,
  idleMs,
  invoke,
}: LambdaExchange): Promise<Answer> {
  const { functionArn } = group;
  if (!functionArn) {
    throw new ErrorPage(503, 'its target group has no function');
  }
  const name = functionArn.split(':').at(-1) ?? '';
  const multiValue = group.attributes['lambda.multi_value_headers.enabled'] === 'true';
  const event = lambdaEvent({
    targetGroupArn: group.arn,
    multiValue,
    method: facts.method,
    path: facts.path,
    query: facts.query,
    // The only hop-by-hop header that a function receives.
    headers: [...headers, 'Connection', 'keep-alive'],
    body: await bodyOf(request, idleMs),
  });
  const outcome = await withinIdleTime(invoke(functionArn, event), name, idleMs);
  if ('error' in outcome) {
    throw new ErrorPage(502, `the function ${name} failed (${outcome.error}): ${outcome.message}`);
  }
  try {
    return lambdaResponse(outcome.payload, multiValue);
  } catch (error) {
    throw new ErrorPage(502, `the function ${name} returned an invalid response: ${(error as Error).message}`);
  }
}

function bodyOf(request: IncomingMessage, idleMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      idle.refresh();
      chunks.push(chunk);
      size += chunk.length;
      if (size > LARGEST) {
        done(new ErrorPage(413, `its body has more than ${LARGEST} bytes`));
      }
    };
    const done = (error?: Error) => {
      clearTimeout(idle);
      request.off('data', take);
      if (error) {
        reject(error);
      } else {
        resolve(Buffer.concat(chunks));
      }
    };
    const idle = setTimeout(() => done(new ErrorPage(408, `the client sent nothing for ${idleMs / 1000} s`)), idleMs);
    request
      .on('data', take)
      .once('end', () => done())
      .once('error', done);
  });
}

async function withinIdleTime(outcome: Promise<Outcome>, name: string, idleMs: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<never>((_, reject) => {
    const late = new ErrorPage(504, `the function ${name} did not answer in ${idleMs / 1000} s, the idle timeout`);
    timer = setTimeout(() => reject(late), idleMs);
  });
  try {
    return await Promise.race([outcome, idle]);
  } finally {
    clearTimeout(timer);
  }
}
