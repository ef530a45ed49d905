import type { AttributeMap } from '../../../lambda/aws/attribute-values';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { ServiceException } from '../../../lambda/aws/service-exception';
import { cancelled, MemoryDynamoDB } from '../../../test/support/memory/dynamodb';
import type { Time } from '../../../test/simulation/time';
import type { Latencies } from './latencies';
import { unitsInTransaction, WriteUnits } from './write-units';

/** Milliseconds of a transaction's latency before it takes its items, and again after it releases them: unverified. */
const NETWORK = 1;

/** Number of transactions by outcome. */
export interface Outcomes {
  written: number;
  /** The partition had no write units left. */
  throttled: number;
  /** Another transaction was writing the head. */
  conflict: number;
  /** The head had changed since it was read. */
  changed: number;
}

/** Input of a transaction that only puts items. */
interface Puts {
  readonly TransactItems: readonly { readonly Put: { readonly Item: AttributeMap } }[];
}

/**
 * A table in virtual time with latencies, conflicts and the write units of a partition key. Each item that is admitted
 * consumes its units, also in a transaction that is cancelled because of another item, as in the local run.
 */
export class EmulatedTable implements OperationCaller {
  static readonly NAME = 'log';
  readonly memory: MemoryDynamoDB;
  readonly outcomes: Outcomes = { written: 0, throttled: 0, conflict: 0, changed: 0 };

  /** Write units that were consumed, by partition key. */
  readonly consumed = new Map<string, number>();
  private readonly writeUnits: WriteUnits;

  constructor(
    private readonly time: Time,
    private readonly latencies: Latencies,
  ) {
    this.memory = new MemoryDynamoDB({
      tables: [EmulatedTable.NAME],
      now: time.now,
      schedule: (run, milliseconds) => time.setTimeout(run, milliseconds),
    });
    this.writeUnits = new WriteUnits(time.now);
  }

  async call<Answer>(operation: string, input: object): Promise<Answer> {
    if (operation === 'TransactWriteItems') {
      return (await this.transact(input as Puts)) as Answer;
    }
    const latency = this.latencies.read(this.time.random());
    await this.time.wait(latency / 2);
    const answer = this.memory.answer(operation, input);
    await this.time.wait(latency / 2);
    return answer as Answer;
  }

  private async transact(input: Puts): Promise<object> {
    const milliseconds = this.latencies.transaction(input.TransactItems.length, this.time.random()) - 2 * NETWORK;
    await this.time.wait(NETWORK);
    const outcome = this.outcomeOf(input, milliseconds);
    // A cancelled transaction takes as long as a successful one, as in the published latencies.
    await this.time.wait(milliseconds + NETWORK);
    if (outcome instanceof ServiceException) {
      throw outcome;
    }
    return outcome;
  }

  private outcomeOf(input: Puts, milliseconds: number): object {
    const reasons = input.TransactItems.map(({ Put: { Item } }) => ({
      Code: this.admits(Item) ? 'None' : 'ThrottlingError',
    }));
    if (reasons.some(({ Code }) => Code !== 'None')) {
      this.outcomes.throttled += 1;
      return cancelled(reasons);
    }
    try {
      // The second half of a transaction writes the items.
      const share = () => 0.5 + this.time.random() / 2;
      const answer = this.memory.answer('TransactWriteItems', input, { milliseconds, share });
      this.outcomes.written += 1;
      return answer;
    } catch (error) {
      if (!(error instanceof ServiceException)) {
        throw error;
      }
      this.outcomes[error.message.includes('TransactionConflict') ? 'conflict' : 'changed'] += 1;
      return error;
    }
  }

  private admits(item: AttributeMap): boolean {
    const partition = item.pk && 'S' in item.pk ? item.pk.S : '';
    const units = unitsInTransaction(item);
    const admitted = this.writeUnits.take(partition, units);
    if (admitted) {
      this.consumed.set(partition, (this.consumed.get(partition) ?? 0) + units);
    }
    return admitted;
  }
}
