import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, poissonTimes } from '../../statistics';
import { compareRounds, LOOKS } from '../diagnosis/load/compare';
import { freeSockets } from '../diagnosis/load/held';
import { attemptOnNewConnection } from '../network/new-connection';
import { pageRequest } from '../network/page-request';
import { failureUnderLoad } from '../network/status';
import type { Context } from './context';
import { type OpenSockets, openSockets, unanswered } from './open-sockets';
import { opener } from './opening';
import { type Pace, paceFor } from './pace';
import { inRandomOrder } from './random-order';
import { stallTime } from './usual-time';

/** Minimum number of requests in half a round. */
const MIN_REQUESTS = 5;

/** Milliseconds of pauses of the probe, from which a round does not count. */
const PAUSED = 40;

/** Number of rounds that can be repeated for that reason. */
const MAX_DISCARDED = 15;

/** Milliseconds between two halves, for what the server still does. */
const SETTLING = { from: 50, to: 150 };

/** Requests without and with frames on all sockets, in rounds of random order, until the difference is clear. */
export async function storm(context: Context): Promise<void> {
  const { plan, found, server, show } = context;
  const sockets = opener(context);
  const frames = plan.socket?.frames ?? [];
  if (!plan.load || !sockets || frames.length === 0) {
    return;
  }
  const requested = Math.min(plan.load.sockets, freeSockets(found.held));
  if (requested === 0) {
    return;
  }
  const pace = paceFor(found);
  show(`opening ${requested} WebSockets`);
  const open = await openSockets(requested, sockets, server.signal, frames);
  const halves = new Halves(context, open, frames, plan.load.messages, pace);
  const most = LOOKS.at(-1) ?? 0;
  const rounds: { idle: readonly number[]; loaded: readonly number[] }[] = [];
  const late = { idle: [] as number[], loaded: [] as number[] };
  const failures = { idle: [] as string[], loaded: [] as string[] };
  let silent = 0;
  let pause = 0;
  let discarded = 0;
  const record = () => {
    found.storm = {
      sockets: { requested, opened: open.opened },
      rounds: [...rounds],
      frames: { sent: halves.sent, received: open.received() },
      dropped: [...open.dropped],
      limited: open.limited(),
      silent,
      failures: failures.loaded,
      idleFailures: failures.idle,
      pause,
      late: { idle: percentile(late.idle, 0.9) || 0, loaded: percentile(late.loaded, 0.9) || 0 },
      discarded,
    };
  };
  try {
    record();
    while (rounds.length < most && open.dropped.length === 0 && silent === 0 && open.opened === requested) {
      show(`requests beside ${requested} busy WebSockets, round ${rounds.length + 1} of at most ${most}`);
      const pausedBefore = server.clock.paused;
      const results: Partial<Record<'idle' | 'loaded', Half>> = {};
      for (const kind of inRandomOrder(['idle', 'loaded'] as const)) {
        results[kind] = await halves.measure(kind);
        silent += kind === 'loaded' ? await unanswered(open.all, server.signal) : 0;
        const settling = SETTLING.from + Math.random() * (SETTLING.to - SETTLING.from);
        await sleep(settling, undefined, { signal: server.signal });
      }
      const { idle, loaded } = results;
      const paused = server.clock.paused - pausedBefore;
      if (paused > PAUSED && discarded < MAX_DISCARDED) {
        discarded++;
        record();
        continue;
      }
      if (idle && loaded) {
        pause += paused;
        rounds.push({ idle: idle.ms, loaded: loaded.ms });
        late.idle.push(...idle.late);
        late.loaded.push(...loaded.late);
        failures.idle.push(...idle.failures);
        failures.loaded.push(...loaded.failures);
      }
      record();
      if (LOOKS.includes(rounds.length) && compareRounds(rounds).verdict !== 'undecided') {
        break;
      }
    }
  } finally {
    open.close();
  }
}

/** Requests of half a round. */
interface Half {
  /** From the time at which each was due. */
  readonly ms: readonly number[];
  readonly failures: readonly string[];
  /** Milliseconds by which the probe sent each too late. */
  readonly late: readonly number[];
}

class Halves {
  sent = 0;

  constructor(
    private readonly context: Context,
    private readonly open: OpenSockets,
    private readonly frames: readonly string[],
    private readonly messages: number,
    private readonly pace: Pace,
  ) {}

  async measure(kind: 'idle' | 'loaded'): Promise<Half> {
    const { perSecond, seconds } = this.pace;
    let due = poissonTimes(perSecond, seconds);
    while (due.length < MIN_REQUESTS) {
      due = poissonTimes(perSecond, seconds);
    }
    const ms: number[] = [];
    const failures: string[] = [];
    const late: number[] = [];
    await Promise.all([
      at(due, this.context.server.signal, async (lateness) => {
        late.push(lateness);
        const { ms: latency, failure } = await this.request();
        ms.push(lateness + latency);
        if (failure !== undefined) {
          failures.push(failure);
        }
      }),
      kind === 'loaded' &&
        at(poissonTimes(this.messages, seconds), this.context.server.signal, async () => this.sendFrame()),
    ]);
    return { ms, failures, late };
  }

  private async request(): Promise<{ readonly ms: number; readonly failure?: string }> {
    const { server, plan, found } = this.context;
    const timeout = Math.min(server.timeout, stallTime(found));
    const { exchange, ms } = await attemptOnNewConnection({ ...server, timeout }, pageRequest(plan.request));
    return { ms: exchange.failure === undefined ? ms : timeout, failure: failureUnderLoad(exchange) };
  }

  private sendFrame(): void {
    const socket = this.open.all[Math.floor(Math.random() * this.open.all.length)];
    const frame = this.frames[this.sent % this.frames.length];
    if (socket?.readyState === socket?.OPEN && frame !== undefined) {
      socket?.send(frame);
      this.sent++;
    }
  }
}

/** Starts the work at each time, never waiting for earlier work. @param work gets the milliseconds by which it is late */
async function at(
  times: readonly number[],
  signal: AbortSignal,
  work: (lateness: number) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  const started: Promise<void>[] = [];
  for (const time of times) {
    const left = start + time - performance.now();
    if (left > 0) {
      await sleep(left, undefined, { signal });
    }
    const working = work(Math.max(0, performance.now() - start - time));
    // An interrupt also rejects the others, while the loop waits.
    working.catch(() => undefined);
    started.push(working);
  }
  await Promise.all(started);
}
