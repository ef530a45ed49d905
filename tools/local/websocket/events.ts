import type { WebSocketApiBlueprint } from '../blueprint';
import type { Client } from './client';
import { newId } from './id';
import { valuesOf } from './request-parts';
import { requestTime } from './request-time';
import { partitionOf } from '../partition';

/** Facts about the connection in every event. */
export interface ConnectionFacts {
  readonly connectionId: string;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  /** Domain name of the endpoint that the client used: `ws.example.com`. */
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** Context from the authorizer; undefined without an authorizer. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
  /** Facts about the signer, for an API with AWS_IAM: `accountId`, `userArn`. */
  readonly signer?: Readonly<Record<string, string>>;
}

/** One request of a connection: a handshake, a frame, or its end. */
export interface Request {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Creates the events of API Gateway for the functions of one API, in the form recorded from AWS. */
export class Events {
  constructor(private readonly api: WebSocketApiBlueprint) {}

  connect(facts: ConnectionFacts, client: Client, request: Request) {
    const { single, multiple } = client.query;
    return {
      headers: client.headers.single,
      multiValueHeaders: client.headers.multiple,
      ...(Object.keys(single).length > 0 && {
        queryStringParameters: single,
        multiValueQueryStringParameters: multiple,
      }),
      ...this.stageVariables(),
      requestContext: this.context(facts, request, '$connect', 'CONNECT'),
      isBase64Encoded: false,
    };
  }

  authorizer(facts: ConnectionFacts, client: Client, request: Request) {
    const upgrade = { Connection: 'upgrade', Upgrade: 'websocket' };
    return {
      type: 'REQUEST',
      methodArn: this.methodArn('$connect'),
      headers: { ...client.headers.single, ...upgrade },
      multiValueHeaders: { ...client.headers.multiple, ...valuesOf(Object.entries(upgrade)).multiple },
      queryStringParameters: client.query.single,
      multiValueQueryStringParameters: client.query.multiple,
      stageVariables: this.api.stage.variables,
      requestContext: this.context(facts, request, '$connect', 'CONNECT'),
    };
  }

  message(facts: ConnectionFacts, request: Request, routeKey: string, body: string) {
    return {
      ...this.stageVariables(),
      requestContext: { ...this.context(facts, request, routeKey, 'MESSAGE'), messageId: newId() },
      body,
      isBase64Encoded: false,
    };
  }

  disconnect(facts: ConnectionFacts, request: Request, disconnectStatusCode: number, disconnectReason: string) {
    const headers = valuesOf([
      ['Host', facts.domainName],
      ['x-api-key', ''],
      ['X-Forwarded-For', ''],
      ['x-restapi', ''],
    ]);
    return {
      headers: headers.single,
      multiValueHeaders: headers.multiple,
      ...this.stageVariables(),
      requestContext: {
        ...this.context(facts, request, '$disconnect', 'DISCONNECT'),
        disconnectStatusCode,
        disconnectReason,
      },
      isBase64Encoded: false,
    };
  }

  /** `arn:aws:execute-api:us-east-1:123456789012:abc123/prod/$connect` */
  methodArn(path: string): string {
    const { region, accountId, apiId, stage } = this.api;
    return `arn:${partitionOf(region).name}:execute-api:${region}:${accountId}:${apiId}/${stage.name}/${path}`;
  }

  private stageVariables() {
    const { variables } = this.api.stage;
    return Object.keys(variables).length > 0 ? { stageVariables: variables } : {};
  }

  private context(facts: ConnectionFacts, request: Request, routeKey: string, eventType: string) {
    return {
      routeKey,
      ...(facts.authorizer && { authorizer: facts.authorizer }),
      eventType,
      extendedRequestId: request.requestId,
      requestTime: requestTime(request.time),
      messageDirection: 'IN',
      stage: this.api.stage.name,
      connectedAt: facts.connectedAt,
      requestTimeEpoch: request.time,
      identity: {
        ...facts.signer,
        ...(facts.userAgent !== undefined && { userAgent: facts.userAgent }),
        sourceIp: facts.sourceIp,
      },
      requestId: request.requestId,
      domainName: facts.domainName,
      connectionId: facts.connectionId,
      apiId: this.api.apiId,
    };
  }
}
