import type { Protocol, Reply } from '../protocols/protocol';
import type { Service } from '../service';

/** Paths of Invoke and of the older InvokeAsync, with the function's name, ARN or partial ARN. */
const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const INVOKE_ASYNC = /^\/2014-11-13\/functions\/([^/]+)\/invoke-async\/?$/;

/** The answer of the service to an invocation. */
export interface InvocationAnswer {
  readonly StatusCode: number;
  readonly FunctionError?: string;
  /** JSON; '' for an asynchronous invocation. */
  readonly Payload: string;
}

/** The REST protocol of Lambda, as far as it invokes functions. */
export function lambdaProtocol(service: Service): Protocol {
  return ({ method, url, headers, body }) => {
    const [, name] = INVOKE.exec(url.pathname) ?? [];
    const [, asyncName] = INVOKE_ASYNC.exec(url.pathname) ?? [];
    const reference = name ?? asyncName;
    if (reference === undefined || method !== 'POST') {
      return undefined;
    }
    return {
      service,
      operation: 'Invoke',
      input: () => ({
        FunctionName: decodeURIComponent(reference),
        Qualifier: url.searchParams.get('Qualifier') ?? undefined,
        InvocationType: asyncName === undefined ? headers['x-amz-invocation-type'] : 'Event',
        Payload: body,
      }),
      success: (answer) => invocationReply(answer as InvocationAnswer),
      failure({ type, message, status, fields }) {
        const name = type.replace(/^.*#/, '');
        const answer = { Type: status < 500 ? 'User' : 'Service', Message: message, message, ...fields };
        return {
          status,
          headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
          body: JSON.stringify(answer),
        };
      },
    };
  };
}

function invocationReply({ StatusCode, FunctionError, Payload }: InvocationAnswer): Reply {
  return {
    status: StatusCode,
    headers: {
      'content-type': 'application/json',
      ...(StatusCode === 200 && { 'x-amz-executed-version': '$LATEST' }),
      ...(FunctionError !== undefined && { 'x-amz-function-error': FunctionError }),
    },
    body: Payload,
  };
}
