import type { RawHeaders } from '../listener/response-headers';

/** Event of a function. Its form depends on the target group's `lambda.multi_value_headers.enabled`. */
export interface LambdaEvent {
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
  readonly httpMethod: string;
  readonly path: string;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  /** '' for none. */
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

interface LambdaRequest {
  readonly targetGroupArn: string;
  readonly multiValue: boolean;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
}

/**
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 *
 * Creates the event for a request. Header names are in lower case. The last of repeated values counts, unless multi-value
 * headers are enabled. Nothing is decoded.
 */
export function lambdaEvent({
  targetGroupArn,
  multiValue,
  method,
  path,
  query,
  headers,
  body,
}: LambdaRequest): LambdaEvent {
  const parameters = grouped(
    query
      .split('&')
      .filter(Boolean)
      .map((parameter) => {
        const [key = '', ...value] = parameter.split('=');
        return [key, value.join('=')];
      }),
  );
  const fields = grouped(
    headers.flatMap((name, index) => (index % 2 ? [] : [[name.toLowerCase(), headers[index + 1] ?? '']])),
  );
  const isBase64Encoded = body.length > 0 && isBinary(fields);
  return {
    requestContext: { elb: { targetGroupArn } },
    httpMethod: method,
    path,
    ...(multiValue
      ? { multiValueQueryStringParameters: parameters, multiValueHeaders: fields }
      : { queryStringParameters: lastOf(parameters), headers: lastOf(fields) }),
    body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

type Values = Readonly<Record<string, readonly string[]>>;

function grouped(pairs: readonly (readonly string[])[]): Values {
  const values = new Map<string, string[]>();
  for (const [name = '', value = ''] of pairs) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries(values);
}

function lastOf(values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

function isBinary(headers: Values): boolean {
  const type = headers['content-type']?.at(-1) ?? '';
  return 'content-encoding' in headers || !/^(text\/|application\/(json|javascript|xml)\s*(;|$))/i.test(type);
}
