import type { Contender, Entrances } from './contender';
import { busyShare, type Cores, type Side, type Usage } from './cores';
import { Part } from './part';
import { percentile } from '../../statistics';
import type { Load } from './processes/requests';
import type { StormRequest } from './processes/storm';
import type { Watch } from './processes/watch';
import type { Bounds, Weather } from './storm';

/** What measures, on the processor of HTTP. */
export interface Instruments {
  readonly requests: Part<Load, { readonly milliseconds: readonly number[] }>;
  readonly watch: Part<Watch, { readonly stoodStill: number }>;
}

export interface Conditions {
  /** How many are subscribed, the storm's and in silence. */
  readonly sockets: number;
  readonly requestsPerSecond: number;
  readonly storm: Bounds;
}

/** In milliseconds, from when a request was due to the end of its answer. */
interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** What was measured at one time. */
export interface Phase extends Latency {
  /** Shares of each processor's time, 0 to 1, whoever took them; undefined where nothing is pinned. */
  readonly busy: Readonly<Record<Side, number>> | undefined;

  /** The share of the time in which the processor of HTTP did nothing for anybody, 0 to 1. */
  readonly stoodStill: number;
}

/** With silent sockets, and in a storm, one right after the other. */
export interface Round {
  readonly idle: Phase;
  readonly storm: Phase;

  /** What the storm came to, each a second; a frame is a message that reached one socket. */
  readonly broadcasts: number;
  readonly frames: number;
  readonly connects: number;
}

/** What compilers need before they leave requests alone. */
const WARM_UP = { perSecond: 1000, seconds: 6 };

/** A contender that serves, with sockets that are subscribed. */
export class Trial {
  private constructor(
    private readonly entrances: Entrances,
    private readonly instruments: Instruments,
    private readonly storm: Part<StormRequest, Weather>,
    private readonly conditions: Conditions,
    private readonly cores: Cores,
  ) {}

  static async of(
    contender: Contender,
    instruments: Instruments,
    conditions: Conditions,
    cores: Cores,
  ): Promise<Trial> {
    const entrances = await contender.start(cores);
    const storm: Part<StormRequest, Weather> = Part.start('storm', 'socket', cores);
    const trial = new Trial(entrances, instruments, storm, conditions, cores);
    try {
      await storm.ask({ server: entrances.socket, sockets: conditions.sockets });
      await instruments.requests.ask({ url: entrances.http, ...WARM_UP });
      return trial;
    } catch (error) {
      await trial.stop();
      throw error;
    }
  }

  /** @param first - what is measured first: taken in turns, what only time changes counts for both */
  async round(first: 'idle' | 'storm'): Promise<Round> {
    const before = first === 'idle' ? await this.phase() : undefined;
    const [storm, weather] = await Promise.all([this.phase(), this.storm.ask(this.conditions.storm)]);
    const idle = before ?? (await this.phase());
    const broadcasts = weather.broadcasts / weather.seconds;
    return {
      idle,
      storm,
      broadcasts,
      frames: broadcasts * this.conditions.sockets,
      connects: weather.connects / weather.seconds,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.storm.stop(), this.entrances.stop()]);
  }

  private async phase(): Promise<Phase> {
    const { requestsPerSecond: perSecond, storm } = this.conditions;
    const { seconds } = storm;
    const before = this.usage();
    const [{ milliseconds }, { stoodStill }] = await Promise.all([
      this.instruments.requests.ask({ url: this.entrances.http, perSecond, seconds }),
      this.instruments.watch.ask({ seconds }),
    ]);
    const after = this.usage();
    return {
      p50: percentile(milliseconds, 0.5),
      p99: percentile(milliseconds, 0.99),
      stoodStill,
      busy: before &&
        after && { http: busyShare(before.http, after.http), socket: busyShare(before.socket, after.socket) },
    };
  }

  private usage(): Record<Side, Usage> | undefined {
    const [http, socket] = [this.cores.usage('http'), this.cores.usage('socket')];
    return http && socket && { http, socket };
  }
}
