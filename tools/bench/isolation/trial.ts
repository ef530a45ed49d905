import { setTimeout as pause } from 'node:timers/promises';
import type { Contender, ServerEndpoints } from './contender';
import { busyShare, type Cores, type Side, type Usage } from './cores';
import { BenchmarkProcess } from './benchmark-process';
import { percentile } from '../../statistics';
import type { Load } from './processes/requests';
import type { StormRequest } from './processes/storm';
import type { PausesRequest } from './processes/pauses';
import type { Bounds, StormResult } from './storm';

/** Processes that measure, on the processor of HTTP. */
export interface Instruments {
  readonly requests: BenchmarkProcess<Load, { readonly milliseconds: readonly number[] }>;
  readonly pauses: BenchmarkProcess<PausesRequest, { readonly pausedShare: number }>;
}

export interface Conditions {
  /** Number of subscribed sockets, with and without a storm. */
  readonly sockets: number;
  readonly requestsPerSecond: number;
  readonly storm: Bounds;
}

/** Latencies in milliseconds, from the scheduled time of a request to the end of its response. */
interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Measurements of one phase. */
export interface Phase extends Latency {
  /** Busy share of each processor, 0 to 1, for all processes; undefined if processes are not pinned. */
  readonly busy: Readonly<Record<Side, number>> | undefined;

  /** Share of time for which the processor of HTTP was paused, 0 to 1. */
  readonly pausedShare: number;
}

/** Two phases in succession: with silent sockets, and during a storm. */
export interface Round {
  readonly idle: Phase;
  readonly storm: Phase;

  /** Rates during the storm's phase, a second. An arrival is a message at one socket. */
  readonly arrivals: number;
  readonly connects: number;
}

/** Requests before the measurement, so that the code is compiled. */
const WARM_UP = { perSecond: 1000, seconds: 6 };

/** A running contender with subscribed sockets. */
export class Trial {
  private constructor(
    private readonly endpoints: ServerEndpoints,
    private readonly instruments: Instruments,
    private readonly storm: BenchmarkProcess<StormRequest, StormResult>,
    private readonly conditions: Conditions,
    private readonly cores: Cores,
  ) {}

  static async of(
    contender: Contender,
    instruments: Instruments,
    conditions: Conditions,
    cores: Cores,
  ): Promise<Trial> {
    const endpoints = await contender.start(cores);
    const storm: BenchmarkProcess<StormRequest, StormResult> = BenchmarkProcess.start('storm', 'socket', cores);
    const trial = new Trial(endpoints, instruments, storm, conditions, cores);
    try {
      await storm.send({ server: endpoints.socket, sockets: conditions.sockets });
      await instruments.requests.send({ url: endpoints.http, ...WARM_UP });
      return trial;
    } catch (error) {
      await trial.stop();
      throw error;
    }
  }

  /** @param first - phase that is measured first. Alternate it, so that changes over time affect both phases alike */
  async round(first: 'idle' | 'storm'): Promise<Round> {
    const before = first === 'idle' ? await this.phase() : undefined;
    const { leadSeconds, seconds } = this.conditions.storm;
    const [result, storm] = await Promise.all([
      this.storm.send(this.conditions.storm),
      pause(leadSeconds * 1000).then(() => this.phase()),
    ]);
    const idle = before ?? (await this.phase());
    return { idle, storm, arrivals: result.arrivals / seconds, connects: result.connects / seconds };
  }

  async stop(): Promise<void> {
    await Promise.all([this.storm.stop(), this.endpoints.stop()]);
  }

  private async phase(): Promise<Phase> {
    const { requestsPerSecond: perSecond, storm } = this.conditions;
    const { seconds } = storm;
    const before = this.usage();
    const [{ milliseconds }, { pausedShare }] = await Promise.all([
      this.instruments.requests.send({ url: this.endpoints.http, perSecond, seconds }),
      this.instruments.pauses.send({ seconds }),
    ]);
    const after = this.usage();
    return {
      p50: percentile(milliseconds, 0.5),
      p99: percentile(milliseconds, 0.99),
      pausedShare,
      busy: before &&
        after && { http: busyShare(before.http, after.http), socket: busyShare(before.socket, after.socket) },
    };
  }

  private usage(): Record<Side, Usage> | undefined {
    const [http, socket] = [this.cores.usage('http'), this.cores.usage('socket')];
    return http && socket && { http, socket };
  }
}
