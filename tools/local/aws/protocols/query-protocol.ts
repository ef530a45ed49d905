import type { Failure } from '../failure';
import type { Service } from '../service';
import { type FormValue, formOf } from './form';
import type { AwsRequest, Protocol, Reply } from './protocol';
import { xmlOf } from './xml';

/** An API with the query protocol. */
export interface QueryApi {
  readonly service: Service;
  /** `2012-11-05` */
  readonly version: string;
  /** Namespace of its XML. */
  readonly namespace: string;
  /** Converts the parameters to the input of the service. @param path of the request's URL */
  inputOf(form: Readonly<Record<string, FormValue>>, path: string): Record<string, unknown>;
  /** Converts the service's answer to the content of the result element. @returns undefined for an operation without a result */
  resultOf(operation: string, answer: object): object | undefined;
}

/** The service in the scope of a credential: `KEY/20260101/us-east-1/SERVICE/aws4_request`. */
const SCOPE = /\bCredential=[^/]+\/\d+\/[^/]*\/([^/]+)\/aws4_request/;

/**
 * The query protocol, which SNS and STS have, and SQS for older SDKs: a form, or a query string, with the operation as `Action`. Responses are
 * XML. The signature, the version or the path determine the API.
 *
 * @param apis by the name of the service in a signature: `sqs`
 */
export function queryProtocol(apis: Readonly<Record<string, QueryApi>>): Protocol {
  return (request) => {
    const form = formOf(parametersOf(request));
    const { Action, Version } = form;
    if (typeof Action !== 'string') {
      return undefined;
    }
    const { requestId, url } = request;
    const scope = SCOPE.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const isQueueUrl = /^\/\d{12}\/[^/]+\/?$/.test(url.pathname);
    const api =
      apis[scope] ??
      Object.values(apis).find(({ version }) => version === Version) ??
      (isQueueUrl ? apis.sqs : undefined);
    return {
      service: api?.service,
      operation: Action,
      input: () => api?.inputOf(form, url.pathname) ?? {},
      success: (answer) => {
        const result = api?.resultOf(Action, answer);
        const content = { [`${Action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
        return reply(200, xmlOf(`${Action}Response`, content, api?.namespace));
      },
      failure: (failure) => {
        const error = {
          Type: failure.status < 500 ? 'Sender' : 'Receiver',
          Code: codeOf(failure),
          Message: failure.message,
        };
        return reply(failure.status, xmlOf('ErrorResponse', { Error: error, RequestId: requestId }, api?.namespace));
      },
    };
  };
}

function parametersOf({ headers, url, body }: AwsRequest): [string, string][] {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return [...url.searchParams, ...(isForm ? new URLSearchParams(body) : [])];
}

/** The error's name in the query protocol, which differs from the shape's for some errors of SQS. */
function codeOf({ type, headers }: Failure): string {
  return headers['x-amzn-query-error']?.split(';')[0] ?? type.replace(/^.*#/, '');
}

function reply(status: number, xml: string): Reply {
  return { status, headers: { 'content-type': 'text/xml' }, body: xml };
}
