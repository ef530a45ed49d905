import type { Contender, Entrances } from './contender';
import { busyShare, type Cores, type Side, type Usage } from './cores';
import { Part } from './part';
import { percentile } from './percentile';
import type { Load } from './processes/requests';
import type { StormRequest } from './processes/storm';
import type { Bounds, Weather } from './storm';

/** The process that measures HTTP. */
export type Requests = Part<Load, { readonly milliseconds: readonly number[] }>;

export interface Conditions {
  /** How many are subscribed, the storm's and in silence. */
  readonly sockets: number;
  readonly requestsPerSecond: number;
  readonly storm: Bounds;
}

/** In milliseconds, from when a request was due to the end of its answer. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** What was measured in one go: first with silent sockets, then in a storm. */
export interface Round {
  readonly idle: Latency;
  readonly storm: Latency;

  /** What the storm came to, each a second; a frame is a message that reached one socket. */
  readonly broadcasts: number;
  readonly frames: number;
  readonly connects: number;

  /** Undefined where nothing is pinned. */
  readonly busy: { readonly idle: Busy; readonly storm: Busy } | undefined;
}

/** Shares of each processor's time, 0 to 1, whoever took them. */
export type Busy = Readonly<Record<Side, number>>;

/** A contender that serves, with sockets that are subscribed. */
export class Trial {
  private constructor(
    private readonly entrances: Entrances,
    private readonly requests: Requests,
    private readonly storm: Part<StormRequest, Weather>,
    private readonly conditions: Conditions,
    private readonly cores: Cores,
  ) {}

  static async of(contender: Contender, requests: Requests, conditions: Conditions, cores: Cores): Promise<Trial> {
    const entrances = await contender.start(cores);
    const storm: Part<StormRequest, Weather> = Part.start('storm', 'socket', cores);
    const trial = new Trial(entrances, requests, storm, conditions, cores);
    try {
      await storm.ask({ url: entrances.socket, sockets: conditions.sockets });
      return trial;
    } catch (error) {
      await trial.stop();
      throw error;
    }
  }

  async round(): Promise<Round> {
    const start = this.usage();
    const idle = await this.latency();
    const middle = this.usage();
    const [storm, weather] = await Promise.all([this.latency(), this.storm.ask(this.conditions.storm)]);
    const end = this.usage();
    const broadcasts = weather.broadcasts / weather.seconds;
    return {
      idle,
      storm,
      broadcasts,
      frames: broadcasts * this.conditions.sockets,
      connects: weather.connects / weather.seconds,
      busy: start && middle && end && { idle: busyBetween(start, middle), storm: busyBetween(middle, end) },
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.storm.stop(), this.entrances.stop()]);
  }

  private async latency(): Promise<Latency> {
    const { requestsPerSecond: perSecond, storm } = this.conditions;
    const { milliseconds } = await this.requests.ask({ url: this.entrances.http, perSecond, seconds: storm.seconds });
    return { p50: percentile(milliseconds, 0.5), p99: percentile(milliseconds, 0.99) };
  }

  private usage(): Record<Side, Usage> | undefined {
    const [http, socket] = [this.cores.usage('http'), this.cores.usage('socket')];
    return http && socket && { http, socket };
  }
}

function busyBetween(before: Record<Side, Usage>, after: Record<Side, Usage>): Busy {
  return { http: busyShare(before.http, after.http), socket: busyShare(before.socket, after.socket) };
}
