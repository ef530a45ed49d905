import { randomUUID } from 'node:crypto';
import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import type { GroupCommitOptions } from '../../../lambda/realtime/group-commit';
import type { Clock } from '../../../lambda/realtime/ports';
import { Random } from '../../../test/simulation/random';
import { Time } from '../../../test/simulation/time';
import { percentile } from '../../statistics';
import { EmulatedTable, type Outcomes } from './emulated-table';
import type { Latencies } from './latencies';
import { type Acknowledgement, publishUntil } from './publisher';
import { type Kept, violationsOf } from './verdict';

export interface TrialOptions {
  readonly latencies: Latencies;
  /** @default - groups as deployed */
  readonly group?: GroupCommitOptions['group'];
  /** Number of processes that append to the topic. The publishers are distributed evenly. */
  readonly processes: number;
  readonly publishers: number;
  /** Bytes of a message's data, as JSON. */
  readonly bytes: number;
  /** Virtual seconds that are measured. */
  readonly seconds: number;
  readonly seed: number;
}

export interface TrialResult {
  readonly appendsPerSecond: number;
  /** Write units of the topic's partition. */
  readonly unitsPerSecond: number;
  readonly unitsPerMessage: number;
  readonly messagesPerTransaction: number;
  /** Shares of all transactions, from 0 to 1. */
  readonly shares: Readonly<Record<keyof Outcomes, number>>;
  /** Milliseconds from a publish to its acknowledgement. */
  readonly p50: number;
  readonly p99: number;
  /** Publishes that were refused for now, after 4 seconds without a commit. */
  readonly unavailable: number;
}

const TOPIC = 'bench:topic';

const PARTITION = `TOPIC#${TOPIC}`;

/** Virtual seconds before the measurement, in which the units that were available at the beginning are used up. */
const WARM_UP = 60;

/** Virtual seconds after the measurement, in which the last publishes end. */
const DRAIN = 30;

/** Virtual seconds of a trial in which nothing is measured. */
export const UNMEASURED = WARM_UP + DRAIN;

/** Measures the sustained rate of appends in virtual time. Throws if an acknowledged message is missing or out of order. */
export async function trial(options: TrialOptions): Promise<TrialResult> {
  const random = new Random(options.seed);
  const time = new Time(() => random.next());
  const table = new EmulatedTable(time, options.latencies);
  const acknowledgements: Acknowledgement[] = [];
  let unavailable = 0;
  const failures: unknown[] = [];
  const end = time.now() + 1000 * (WARM_UP + options.seconds);
  const processes = Array.from({ length: options.processes }, () => processOf(table, time, options));
  Array.from({ length: options.publishers }, (_, publisher) =>
    publishUntil(end, {
      publishing: processes[publisher % processes.length] as Process,
      topic: TOPIC,
      publisher,
      bytes: options.bytes,
      clock: clockOf(time),
      acknowledged: (acknowledgement) => acknowledgements.push(acknowledgement),
      unavailable: () => unavailable++,
    }).catch((error: unknown) => failures.push(error)),
  );
  await time.pass(1000 * WARM_UP);
  const [begun, before] = [time.now(), measured(table)];
  unavailable = 0;
  await time.pass(1000 * options.seconds);
  const after = measured(table);
  await time.pass(1000 * DRAIN);
  const log = messagesOf(table);
  const violations = [...failures.map(String), ...violationsOf(acknowledgements, log)];
  if (violations.length > 0) {
    throw new Error(`The log is wrong: ${violations.slice(0, 3).join(', ')}. Fix: run the tests of the message log.`);
  }
  const within = acknowledgements.filter(({ at }) => at > begun && at <= end);
  const outcomes = differenceOf(after.outcomes, before.outcomes);
  const transactions = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const took = within.map(({ milliseconds }) => milliseconds);
  return {
    appendsPerSecond: within.length / options.seconds,
    unitsPerSecond: (after.units - before.units) / options.seconds,
    unitsPerMessage: (after.units - before.units) / within.length,
    messagesPerTransaction: within.length / outcomes.written,
    shares: {
      written: outcomes.written / transactions,
      throttled: outcomes.throttled / transactions,
      conflict: outcomes.conflict / transactions,
      changed: outcomes.changed / transactions,
    },
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    unavailable,
  };
}

type Process = ReturnType<typeof processOf>;

/** @returns what a process publishes with: a log of its own, and a rate limit that takes one write */
function processOf(table: EmulatedTable, time: Time, { latencies, group }: TrialOptions) {
  const clock = clockOf(time);
  const log = new DynamoMessageLog({
    table: new Table(table, EmulatedTable.NAME, clock),
    retentionSeconds: 3600,
    clock,
    newId: randomUUID,
    group,
  });
  const rateLimits = {
    async spend() {
      await time.wait(latencies.write(time.random()));
      return 'spent' as const;
    },
    charge: async () => undefined,
  };
  return { log, rateLimits, clock, newId: randomUUID };
}

function clockOf(time: Time): Clock {
  return { now: time.now, random: time.random, wait: (milliseconds) => time.wait(milliseconds) };
}

function measured({ outcomes, consumed }: EmulatedTable) {
  return { outcomes: { ...outcomes }, units: consumed.get(PARTITION) ?? 0 };
}

function differenceOf(after: Outcomes, before: Outcomes): Outcomes {
  return {
    written: after.written - before.written,
    throttled: after.throttled - before.throttled,
    conflict: after.conflict - before.conflict,
    changed: after.changed - before.changed,
  };
}

function messagesOf({ memory }: EmulatedTable): Kept[] {
  return memory
    .items(EmulatedTable.NAME)
    .flatMap(({ sk, sequence, data }) => (sk.startsWith('MESSAGE#') ? [{ sequence, data }] : []));
}
