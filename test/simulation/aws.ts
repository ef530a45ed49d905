import { SQS_TIMEOUT } from '../../lambda/adapters/delivery-queue';
import { POST_TIMEOUTS } from '../../lambda/adapters/management-api';
import { DYNAMODB_TIMEOUT } from '../../lambda/adapters/table';
import type { AttributeMap } from '../../lambda/aws/attribute-values';
import type { HttpTransport } from '../../lambda/aws/http-client';
import { Unanswered } from '../../lambda/aws/http-connection';
import type { OperationCaller } from '../../lambda/aws/json-client';
import type { Response } from '../../lambda/aws/response-reader';
import { retried } from '../../lambda/aws/retries';
import type { Task } from '../../lambda/realtime/ports';
import { ServiceException } from '../../lambda/aws/service-exception';
import { cancelled, type Duration, failure, type MemoryDynamoDB } from '../support/memory/dynamodb';
import type { Faults } from './faults';
import type { Answer, Gateway } from './gateway';
import type { HintQueue } from './hint-queue';
import type { HotPartitions, PartitionRequest } from './hot-partitions';
import type { Process } from './process';
import type { Queue } from './queue';
import type { ServerLane } from './server-lane';

/** Emulated services. */
export interface Services {
  readonly dynamo: MemoryDynamoDB;
  readonly queue: Queue;
  readonly hintQueue: HintQueue;
  readonly gateway: Gateway;
  readonly servers: ServerLane | undefined;
  readonly hotPartitions: HotPartitions;
}

type Input = Record<string, unknown>;

export const MANAGEMENT_ENDPOINT = 'https://api-id.execute-api.us-east-1.amazonaws.com/prod';
export const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/deliveries';
export const HINT_QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/hints';
export const DEAD_LETTER_QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters';

/**
 * AWS for one process: services that throttle and fail, behind a network that delays and loses requests. Calls to DynamoDB
 * and SQS are retried as in JsonClient, with the same timeouts.
 */
export class Aws {
  readonly dynamo: OperationCaller;
  readonly sqs: OperationCaller;
  readonly management: HttpTransport;
  /** @returns a connection to a server of the lane */
  readonly posts: (task: Task) => HttpTransport;

  constructor(
    private readonly process: Process,
    private readonly faults: Faults,
    private readonly services: Services,
  ) {
    const { queue, hintQueue, gateway, servers } = services;
    this.dynamo = this.caller(DYNAMODB_TIMEOUT, (operation, input) => {
      const duration = operation === 'TransactWriteItems' ? this.duration() : undefined;
      return [() => this.faulty(operation, input, duration), duration?.milliseconds];
    });
    this.sqs = this.caller(SQS_TIMEOUT, (operation, input) => [
      () => (input.QueueUrl === HINT_QUEUE_URL ? hintQueue : queue).answer(operation, input),
    ]);
    this.management = {
      send: (method, path, headers, body) =>
        this.carry(() => {
          if (!headers.Authorization?.startsWith('AWS4-HMAC-SHA256 Credential=simulated/')) {
            throw new Error('A request to @connections is not signed');
          }
          const [, id = ''] = /^\/prod\/@connections\/([^/]+)$/.exec(path) ?? [];
          return responseOf(gateway.manage(method, decodeURIComponent(id), body));
        }, POST_TIMEOUTS.answer),
    };
    this.posts = ({ address }) => {
      if (!servers) {
        throw new Error('The lane has no servers');
      }
      return servers.posts(address, process);
    };
  }

  /** @param serve returns the operation to perform, and the milliseconds that it takes */
  private caller(
    timeout: number,
    serve: (operation: string, input: Input) => [() => object, number?],
  ): OperationCaller {
    const attempt = async (operation: string, input: object) => {
      const [answer, duration] = serve(operation, input as Input);
      const outcome = await this.carry(() => outcomeOf(() => this.answered(answer)), timeout, duration);
      if ('failure' in outcome) {
        throw outcome.failure;
      }
      return outcome.answer;
    };
    return {
      call: <T>(operation: string, input: object) =>
        retried(() => attempt(operation, input) as Promise<T>, this.process.clock),
    };
  }

  private answered(answer: () => object): object {
    if (this.faults.strikes('a service fails')) {
      throw failure('InternalServerError', 'Internal server error', {}, 500);
    }
    return answer();
  }

  private duration(): Duration {
    const { random } = this.process.clock;
    const slowest = this.faults.strikes('a transaction is slow') ? SLOW_TRANSACTION : TRANSACTION;
    return { milliseconds: slowest * random(), share: random };
  }

  /** Sends a request. Throws if the request or its response is lost, or if the response takes too long. */
  private async carry<T>(act: () => T, timeout: number, duration = 0): Promise<T> {
    if (this.process.isolated || this.faults.strikes('a request to AWS is lost')) {
      return this.lost(timeout);
    }
    const answer = await this.process.request(act, timeout, duration);
    if (answer === undefined || this.faults.strikes('a response of AWS is lost')) {
      return this.lost(answer === undefined ? 0 : timeout);
    }
    return answer;
  }

  /** Breaks the connection, or waits until the client times out. @param timeout remaining milliseconds */
  private async lost(timeout: number): Promise<never> {
    const { clock } = this.process;
    if (timeout > 0 && clock.random() < 0.5) {
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    }
    await clock.wait(timeout);
    throw new Unanswered('The server did not answer in time');
  }

  private faulty(operation: string, input: Input, duration?: Duration): object {
    const { random } = this.process.clock;
    const { dynamo, hotPartitions } = this.services;
    if (operation === 'BatchGetItem') {
      return this.batch(input as BatchInput);
    }
    const isHot = requestsOf(input).some((request) => hotPartitions.throttle(request));
    if (isHot || this.faults.strikes('a table throttles')) {
      throw throttling(operation, input, random);
    }
    if (WRITES.includes(operation) && this.faults.strikes('a transaction conflicts with another')) {
      throw operation === 'TransactWriteItems'
        ? cancelledFor('TransactionConflict', input)
        : failure('TransactionConflictException', 'Transaction is ongoing for the item');
    }
    if (operation === 'Query' && this.faults.strikes('a page ends early')) {
      const { Limit = 10 } = input as { Limit?: number };
      return dynamo.answer(operation, { ...input, Limit: 1 + Math.floor(random() * Limit) });
    }
    return dynamo.answer(operation, input, duration);
  }

  /** Reads a batch. Returns the keys of hot partitions, or those after a random one, as unprocessed. */
  private batch({ RequestItems }: BatchInput): object {
    const { random } = this.process.clock;
    const { dynamo, hotPartitions } = this.services;
    const [[TableName, request] = ['', { Keys: [] }]] = Object.entries(RequestItems);
    const part = (Keys: unknown[]) => ({ [TableName]: { ...request, Keys } });
    const end = this.faults.strikes('a batch is processed in part')
      ? Math.floor(random() * request.Keys.length)
      : request.Keys.length;
    const cold = request.Keys.filter((Key) => !hotPartitions.throttle({ TableName, Key }));
    const done = cold.slice(0, end);
    if (cold.length === 0 || this.faults.strikes('a table throttles')) {
      throw throttling('BatchGetItem', {}, random);
    }
    const left = request.Keys.filter((key) => !done.includes(key));
    const answer = done.length > 0 ? dynamo.answer('BatchGetItem', { RequestItems: part(done) }) : {};
    return left.length > 0 ? { ...answer, UnprocessedKeys: part(left) } : answer;
  }
}

/**
 * Maximum milliseconds of a transaction, usually and with the fault. The 50 ms after which the message log reads a hole again
 * are longer.
 */
const [TRANSACTION, SLOW_TRANSACTION] = [12, 45];

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'];

/** @returns the answer of a service, or its exception. Any other error is a bug of the emulation and is thrown. */
function outcomeOf(act: () => object): { answer: object } | { failure: ServiceException } {
  try {
    return { answer: act() };
  } catch (error) {
    if (error instanceof ServiceException) {
      return { failure: error };
    }
    throw error;
  }
}

function throttling(operation: string, input: Input, random: () => number): ServiceException {
  if (operation === 'TransactWriteItems' && random() < 0.5) {
    return cancelledFor(random() < 0.5 ? 'ThrottlingError' : 'ProvisionedThroughputExceeded', input);
  }
  const name = random() < 0.5 ? 'ThrottlingException' : 'ProvisionedThroughputExceededException';
  return failure(name, 'The level of configured throughput was exceeded');
}

/** @returns the cancellation of a transaction because of its last write */
function cancelledFor(Code: string, { TransactItems }: Input): ServiceException {
  const [, ...others] = TransactItems as unknown[];
  return cancelled([...others.map(() => ({ Code: 'None' })), { Code }]);
}

/** Input of BatchGetItem. */
type BatchInput = { RequestItems: Record<string, { Keys: AttributeMap[] }> };

/** @returns the requests of a transaction, or the request itself */
function requestsOf(input: Input): PartitionRequest[] {
  const { TransactItems } = input as { TransactItems?: Record<string, PartitionRequest>[] };
  return TransactItems?.flatMap((each) => Object.values(each)) ?? [input as unknown as PartitionRequest];
}

function responseOf({ status, headers = {} }: Answer): Response {
  return { status, headers, keepAlive: true, body: Buffer.alloc(0) };
}
