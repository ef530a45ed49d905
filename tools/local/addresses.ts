import type { RunFolder } from './network/run-folder';

/** Addresses of the entry points in this run. Plain data, so that it can be sent to other processes. */
export interface Addresses {
  /** `http://127.0.0.1:PORT`: the AWS APIs that the run answers, such as DynamoDB and SQS. */
  readonly awsEndpoint: string;
  /** `http://127.0.0.1:PORT`: the server of the events process that invokes functions. @default - functions cannot be invoked by a call */
  readonly functionsEndpoint?: string;
  /** By logical id of the API. */
  readonly webSocketApis: Readonly<
    Record<
      string,
      {
        readonly port: number;
        /** `ws://ws.localhost:PORT`; of a domain with several APIs, the port of the first and the mapping key. */
        readonly url: string;
        /** Base URL of `/@connections`: `http://127.0.0.1:PORT`, or with the stage. */
        readonly managementUrl: string;
      }
    >
  >;
  /** By logical id of the listener. */
  readonly loadBalancers: Readonly<
    Record<
      string,
      {
        readonly port: number;
        /** `http://api.localhost:PORT` */
        readonly url: string;
        /** `ws://ws.localhost:PORT`, with a path if the rule has one. @default - no rule of the listener is for WebSockets */
        readonly webSocketUrl?: string;
      }
    >
  >;
  /** By logical id of the distribution. @default - none */
  readonly distributions?: Readonly<
    Record<
      string,
      {
        readonly port: number;
        /** `http://app.localhost:PORT` */
        readonly url: string;
        /** `ws://app.localhost:PORT/socket`. @default - no behavior is for WebSockets */
        readonly webSocketUrl?: string;
      }
    >
  >;
  /**
   * The server for calls to hosts of AWS and of the assembly, and the files by which processes reach it.
   *
   * @default - such calls go where the names of their hosts lead
   */
  readonly front?: { readonly port: number; readonly files: RunFolder };
  /** Origins and their replacements in this run: `https://app.example.com` → `http://app.localhost:4513`. @default - none */
  readonly origins?: Readonly<Record<string, string>>;
}
