import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from '../failure';
import type { Service } from '../service';

/** A request to the endpoint, read to its end. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query; its host is not the caller's. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Value of `x-amzn-requestid` in the response. */
  readonly requestId: string;
}

export interface Reply {
  readonly status: number;
  /** In lower case: `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An operation that a request calls, and the form of its responses. */
export interface OperationCall {
  /** Undefined for an API that does not run here. */
  readonly service: Service | undefined;
  /** `SendMessage` */
  readonly operation: string;
  /** Reads the input. Throws a {@link Failure} if it is malformed. */
  input(): Record<string, unknown>;
  success(answer: object): Reply;
  failure(failure: Failure): Reply;
}

/** One of AWS's protocols. @returns undefined for a request in another protocol */
export type Protocol = (request: AwsRequest) => OperationCall | undefined;
