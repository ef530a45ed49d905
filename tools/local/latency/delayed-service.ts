import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../aws/service';
import type { LatencyKind } from './aws-latencies';
import type { Latencies } from './latencies';

/** Kinds of the operations that have a latency. An answer to any other one is not delayed. */
const KINDS: Readonly<Record<string, LatencyKind>> = {
  GetItem: 'read',
  BatchGetItem: 'read',
  Query: 'read',
  Scan: 'read',
  PutItem: 'write',
  UpdateItem: 'write',
  DeleteItem: 'write',
  BatchWriteItem: 'batchWrite',
  TransactWriteItems: 'transaction',
  TransactGetItems: 'transaction',
  SendMessage: 'send',
  SendMessageBatch: 'send',
};

/**
 * Delays the answers of a service, errors too. The service performs an operation at once, and the latency includes the time that it
 * takes: other callers see a write before its own caller has the answer, as on AWS.
 */
export function delayed(service: Service, latencies: Latencies): Service {
  return {
    async answer(operation, input, call) {
      const kind = KINDS[operation];
      const latency = kind ? latencies.next(kind) : 0;
      const over = latency > 0 ? sleep(latency) : undefined;
      try {
        return await service.answer(operation, input, call);
      } finally {
        await over;
      }
    },
    denied: (message) => service.denied(message),
    endWaits: () => service.endWaits?.(),
  };
}
