import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { judge } from '../diagnosis/load/impulse-verdict';
import type { Exchange, ImpulseOffset } from '../measurements';
import type { Endpoint } from '../network/endpoint';
import type { Request } from '../network/channel';
import { PersistentConnection } from '../network/persistent-connection';
import { inRandomOrder } from './random-order';

/** Number of requests at each offset, and as many alone. If they decide nothing, more follow, on a busy machine. */
const ROUNDS = { enough: 15, most: 30, step: 5 };

/** Minimum number of rounds, for an interval of 90 %. */
const MIN_ROUNDS = 5;

/** Milliseconds after which no further round begins, once there are {@link MIN_ROUNDS}. */
const BUDGET = 8_000;

/** Milliseconds of a round after which the others measure only the first two offsets, to end in time. */
const SLOW_ROUND = 1_500;

/** Maximum milliseconds by which a request can be late to count. */
const LATE = 3;

/** Attempts for one request, before it is left out. */
const ATTEMPTS = 4;

/** Shortest and longest random pause before each request, in milliseconds. */
const PAUSE = { from: 5, to: 30 };

/** Something that happens at the server shortly before a request. */
export interface Trigger {
  /** Starts it. Resolves to the clock's time at which it started. Rejects with a CommandError if the server refused it. */
  readonly fire: () => Promise<number>;
  /** Resolves when it is over. */
  readonly settle: () => Promise<void>;
  /** Reason to stop. */
  readonly dropped: () => string | undefined;
}

/** Results of all rounds. */
export interface Rounds {
  readonly quiet: readonly number[];
  readonly after: readonly ImpulseOffset[];
  readonly discarded: number;
  readonly dropped?: string;
}

/** Requests at each offset after a trigger, and as many alone, in random order. */
export async function impulseRounds(
  server: Endpoint,
  request: Request,
  offsets: readonly number[],
  trigger: Trigger,
  show: (round: string) => void,
): Promise<Rounds> {
  const after = offsets.map((offset) => ({ offset, ms: [] as number[], alone: [] as number[] }));
  const begin = performance.now();
  let measured = after;
  let discarded = 0;
  let dropped: string | undefined;
  const late = () => void discarded++;
  for (let round = 1; round <= ROUNDS.most && dropped === undefined; round++) {
    const elapsed = performance.now() - begin;
    if (elapsed > BUDGET && round > MIN_ROUNDS) {
      break;
    }
    if (round > 1 && elapsed > SLOW_ROUND * (round - 1)) {
      measured = after.slice(0, 2);
    }
    show(`${round} of ${round > ROUNDS.enough ? ROUNDS.most : ROUNDS.enough}`);
    const results = after.map(() => ({ hit: undefined as number | undefined, alone: undefined as number | undefined }));
    const samples = inRandomOrder(
      measured.flatMap(({ offset }, index) => [
        { offset, index, impulse: true },
        { offset, index, impulse: false },
      ]),
    );
    for (const { offset, index, impulse } of samples) {
      const result = results[index];
      const sample = await oneRequest(server, request, offset, impulse ? trigger : undefined, late);
      dropped = trigger.dropped() ?? sample?.rejected;
      if (dropped !== undefined) {
        break;
      }
      if (result && sample) {
        result[impulse ? 'hit' : 'alone'] = sample.ms;
      }
    }
    for (const [index, { hit, alone }] of results.entries()) {
      if (hit !== undefined && alone !== undefined) {
        after[index]?.ms.push(hit);
        after[index]?.alone.push(alone);
      }
    }
    const look = round >= ROUNDS.enough && round % ROUNDS.step === 0;
    if (look && judge({ after, quiet: quietOf(after) }).verdict !== 'undecided') {
      break;
    }
  }
  return { quiet: quietOf(after), after, discarded, ...(dropped !== undefined && { dropped }) };
}

function quietOf(after: readonly { readonly alone: readonly number[] }[]): number[] {
  return after.flatMap(({ alone }) => alone);
}

/** @returns undefined if the probe itself was late each time */
async function oneRequest(
  server: Endpoint,
  request: Request,
  offset: number,
  trigger: Trigger | undefined,
  late: () => void,
): Promise<{ readonly ms: number; readonly rejected?: string } | undefined> {
  const { clock, signal } = server;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let connection: PersistentConnection;
    try {
      connection = await PersistentConnection.open(server);
    } catch (error) {
      signal.throwIfAborted();
      return { ms: 0, rejected: (error as Error).message };
    }
    let due: number;
    let exchange: Exchange;
    try {
      await sleep(PAUSE.from + Math.random() * (PAUSE.to - PAUSE.from), undefined, { signal });
      const pausedBefore = clock.paused;
      due = (trigger ? await trigger.fire() : clock.now()) + offset;
      await sleep(Math.max(0, due - clock.now() - 1), undefined, { signal });
      while (clock.now() < due) {
        await turn(undefined, { signal });
      }
      exchange = await connection.attempt(request);
      await trigger?.settle();
      if (clock.paused - pausedBefore > 0 || exchange.at - due > LATE) {
        late();
        continue;
      }
    } catch (error) {
      signal.throwIfAborted();
      return { ms: 0, rejected: (error as Error).message };
    } finally {
      connection.close();
    }
    const { ms, status } = exchange;
    return { ms, ...((status === 429 || status >= 500) && { rejected: `a request was answered ${status}` }) };
  }
  return undefined;
}
