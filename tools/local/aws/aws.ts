import type { JsonWebKey } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Blueprint, FunctionBlueprint } from '../blueprint';
import type { Invoke } from '../functions/function-client';
import type { Authorizer } from '../identity/authorize';
import { delayed } from '../latency/delayed-service';
import { type Latencies, NO_LATENCIES } from '../latency/latencies';
import type { Log } from '../log-line';
import { type Wait, wait } from '../wait';
import { Access } from './access';
import { SigningKey } from './cognito/signing-key';
import { TokenIssuer } from './cognito/token-issuer';
import { accessDenied as dynamoDBDenied } from './dynamodb/dynamodb-failures';
import type { Units } from './dynamodb/throughput';
import { Endpoint } from './endpoint';
import { ContentsPage } from './contents-page';
import { Environments } from './environments';
import { lambdaProtocol } from './lambda/lambda-protocol';
import { Messaging } from './messaging';
import { queryProtocol } from './protocols/query-protocol';
import { SecretsManagerService } from './secretsmanager/secretsmanager-service';
import type { Service } from './service';
import { SNS_FORM } from './sns/query-form';
import { SQS_FORM } from './sqs/query-form';
import { accessDenied as sqsDenied } from './sqs/sqs-failures';
import { SsmService } from './ssm/ssm-service';
import { type StreamTiming, TYPICAL_TIMING } from './streams/timing';
import { STS_FORM } from './sts/query-form';
import { StsService } from './sts/sts-service';
import { Sweeper } from './sweeper';

export interface AwsOptions {
  readonly blueprint: Pick<Blueprint, 'accountId' | 'tables' | 'queues' | 'userPools'> &
    Partial<Pick<Blueprint, 'roles' | 'functions' | 'ssmParameters' | 'secrets' | 'topics' | 'eventBuses' | 'rules'>>;
  /** 0: any free port. */
  readonly port: number;
  /** Folder that keeps items, streams and messages. @default - they are in memory */
  readonly data?: string;
  /** Signing key of the user pools; required if the blueprint has any. */
  readonly signingKey?: JsonWebKey;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  /** `on` evaluates the trust policies of roles. @default 'on' */
  readonly iam?: 'on' | 'off';
  /** Invokes a function. @default - no function can be invoked */
  readonly invoke?: Invoke;
  /** Waits before the retries of asynchronous invocations. @default - for the time of AWS, 1 and 2 minutes */
  readonly wait?: Wait;
  readonly log: Log;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Times of streams. A stream of a kept folder keeps the lifetime of its shards. @default - typical times of AWS */
  readonly streams?: Partial<StreamTiming>;
  /** Latencies of DynamoDB's and SQS's operations, and of messages in queues. @default - none */
  readonly latencies?: Latencies;
  /** Milliseconds between deletions of expired items and records. @default 1000 */
  readonly sweepMs?: number;
  /** Resolves after the duration of a DynamoDB transaction. @default - up to 12 ms, at random */
  readonly transactionDuration?: () => Promise<unknown>;
  /** Units per second of each partition key of DynamoDB. @default - `{ read: 3000, write: 1000 }` */
  readonly partitionLimits?: Units;
  /**
   * Called for each DynamoDB operation, to inject faults: `answer` performs the operation. A {@link Failure} that it throws
   * becomes the response.
   *
   * @default - DynamoDB answers
   */
  readonly intercept?: (operation: string, answer: () => Promise<object>) => Promise<object>;
}

export interface Aws {
  /** `http://127.0.0.1:4567`, for every service and the issuers of tokens. */
  readonly endpoint: string;
  /** Uses new settings of functions for further invocations. */
  reload(functions: readonly FunctionBlueprint[]): void;
  /** Answers a request as the endpoint does, if its `Host` is a name of this machine or of AWS. */
  serve(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/** Runs the services of AWS with the resources of the blueprint, and the token issuers of its user pools. */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { blueprint, port, data, signingKey, authorizer, log, now = Date.now, sweepMs = 1000 } = options;
  const { transactionDuration, partitionLimits, latencies = NO_LATENCIES } = options;
  const environments = await Environments.open(blueprint, {
    ...{ now, latencies, timing: { ...TYPICAL_TIMING, ...options.streams } },
    ...(data !== undefined && { data }),
    ...(transactionDuration && { transactionDuration }),
    ...(partitionLimits && { partitionLimits }),
  });
  const access = new Access(authorizer, log, blueprint.accountId);
  try {
    const dynamoDB = environments.service('dynamoDB', dynamoDBDenied);
    const sts = new StsService({ roles: blueprint.roles ?? [], iam: options.iam ?? 'on', now });
    const messaging = new Messaging({
      ...{ blueprint, access, now, log },
      send: (queueArn, input) => environments.send(queueArn, input),
      invoke: options.invoke ?? (async (functionArn) => Promise.reject(new Error(`${functionArn} cannot be invoked`))),
      wait: options.wait ?? wait,
    });
    const services = {
      DynamoDB_20120810: delayed(options.intercept ? intercepted(dynamoDB, options.intercept) : dynamoDB, latencies),
      DynamoDBStreams_20120810: environments.service('streams', dynamoDBDenied),
      AWSEvents: messaging.eventBridge,
      AmazonSQS: delayed(environments.service('sqs', sqsDenied), latencies),
      AmazonSSM: new SsmService({ parameters: blueprint.ssmParameters ?? [], now, log }),
      secretsmanager: new SecretsManagerService({ secrets: blueprint.secrets ?? [], now, log }),
    };
    const key = signingKey && new SigningKey(signingKey);
    const issuers = key ? blueprint.userPools.map((pool) => new TokenIssuer(pool, key, now)) : [];
    const pages = [new ContentsPage(environments), ...issuers];
    const protocols = [
      queryProtocol({
        sqs: { ...SQS_FORM, service: services.AmazonSQS },
        sns: { ...SNS_FORM, service: messaging.sns },
        sts: { ...STS_FORM, service: sts },
      }),
      lambdaProtocol(messaging.lambda),
    ];
    const endpoint = await Endpoint.open({ port, services, protocols, pages, access, log });
    const sweeper = new Sweeper(sweepMs, log, () => environments.sweep());
    return {
      endpoint: endpoint.url,
      reload: (functions) => messaging.reload(functions),
      serve: (request, response) => endpoint.serve(request, response),
      async close() {
        await sweeper.close();
        await endpoint.close();
        await messaging.close();
        await environments.close();
      },
    };
  } catch (error) {
    await environments.close();
    throw error;
  }
}

function intercepted(service: Service, intercept: NonNullable<AwsOptions['intercept']>): Service {
  return {
    answer: (operation, input, call) => intercept(operation, () => service.answer(operation, input, call)),
    denied: (message) => service.denied(message),
  };
}
