import { Random } from './random';

/** Kinds of faults, with the maximum probability of each outside of an outage. */
const MAXIMUM = {
  'a process ends between two awaits': 0.02,
  'a process hangs': 0.003,
  'a request to AWS is slow': 0.05,
  'a request to AWS is lost': 0.05,
  'a response of AWS is lost': 0.1,
  'a table throttles': 0.15,
  'a partition throttles all requests for a while': 0.003,
  'a burst of messages is throttled at first': 0.8,
  'a transaction conflicts with another': 0.1,
  'a transaction is slow': 0.3,
  'a batch is processed in part': 0.3,
  'a page ends early': 0.3,
  'an eventually consistent read is old': 0.3,
  'a service fails': 0.05,
  'the queue rejects entries': 0.1,
  'the queue delivers twice': 0.1,
  'the queue delivers out of order': 0.5,
  'the stream delivers a batch again': 0.1,
  'the stream is late': 0.2,
  'a shard of the stream is replaced': 0.2,
  'a post is answered 429': 0.2,
  'all posts are answered 429 for a while': 0.02,
  'a post is answered 410 while the socket is open': 0.02,
  'a hint is never sent': 0.3,
  'a hint is lost': 0.3,
  'a hint is received twice': 0.3,
  'a hint is late': 0.3,
  'a hint is forged': 0.6,
  'push ends between two awaits': 0.1,
  'a push is lost': 0.3,
  'a push is duplicated': 0.2,
  'a push is late': 0.3,
  'a frame of a client is lost': 0.05,
  'a socket breaks': 0.02,
  'a socket is dead and neither side notices': 0.01,
  'a handshake is refused': 0.3,
  'a handshake hangs': 0.1,
  '$disconnect is never called': 0.5,
  '$disconnect is late': 0.5,
  'a client gives up its handshake': 0.1,
  'a request is lost': 0.1,
  'a response is lost': 0.1,
  'the load balancer responds with 503': 0.1,
} as const;

/** Kinds of faults that occur only in a lane with servers of its own. */
const OF_SERVERS = {
  'a task ends between two awaits': 0.005,
  'a task is frozen': 0.1,
  'a task cannot reach AWS': 0.1,
  'a task is drained': 0.1,
  'a task is full': 0.2,
  'a post to a task is lost': 0.1,
  'a post to a task is late': 0.1,
  'a post to a task arrives twice': 0.1,
  'a post to a task is refused': 0.1,
} as const;

const ALL = { ...MAXIMUM, ...OF_SERVERS };

/** Share of faults that are an outage, and the factor of their probability. */
const [OUTAGES, OUTAGE] = [0.05, 8];

export type Fault = keyof typeof ALL;

/** Faults after which every message still reaches its subscribers without a ping: AWS is slow, throttles or repeats. */
const HARMLESS: readonly Fault[] = [
  'a request to AWS is slow',
  'a response of AWS is lost',
  'a table throttles',
  'a partition throttles all requests for a while',
  'a burst of messages is throttled at first',
  'a transaction conflicts with another',
  'a transaction is slow',
  'a batch is processed in part',
  'a page ends early',
  'a service fails',
  'the queue rejects entries',
  'the queue delivers twice',
  'the queue delivers out of order',
  'the stream delivers a batch again',
  'the stream is late',
  'a shard of the stream is replaced',
  'a hint is never sent',
  'a hint is lost',
  'a hint is received twice',
  'a hint is late',
  'a hint is forged',
  'push ends between two awaits',
  'a post is answered 429',
  'a push is duplicated',
  '$disconnect is late',
];

/** The same, with servers. */
const HARMLESS_TO_SERVERS: readonly Fault[] = [
  ...HARMLESS.filter(
    (fault) => !['a post is answered 429', 'a push is duplicated', '$disconnect is late'].includes(fault),
  ),
  'a task is full',
  'a post to a task is lost',
  'a post to a task is late',
  'a post to a task arrives twice',
  'a post to a task is refused',
];

/** Probability of each fault in a run with a few harmless ones, and the maximum factor of its usual probability. */
const [OFTEN, TIMES] = [0.15, 3];

/** Maximum latency of a message with harmless faults: less than the shortest interval of pings, 192 s. Milliseconds. */
const LATE = 120_000;

/**
 * Faults of one run. The seed selects the kinds of faults and their probabilities: a run with few kinds finds errors
 * that a run with all kinds hides. One run in ten has no faults, and three in ten have up to three harmless ones, often. In
 * these, every message must be prompt.
 */
export class Faults {
  static readonly KINDS = Object.keys(ALL) as readonly Fault[];

  /** Number of times that each fault occurred. */
  readonly struck = new Map<Fault, number>();
  readonly calm: boolean;
  /** Maximum latency of a message with the faults of this run, in milliseconds. @default - no maximum */
  readonly promptly: number | undefined;
  /** True if a fault occurs far more often than usually, for example if nine handshakes in ten are refused. */
  readonly outage: boolean = false;
  /** True if the run has no faults, or none any more. */
  ended: boolean;
  private readonly rates = new Map<Fault, number>();
  private readonly random: Random;

  /** @param servers true for a lane with servers of its own */
  constructor(seed: number, servers = false) {
    this.random = new Random(seed ^ 0x5eed);
    this.calm = seed % 10 === 0;
    this.ended = this.calm;
    const isHarmless = [3, 5, 7].includes(seed % 10);
    this.promptly = isHarmless ? LATE : undefined;
    if (isHarmless) {
      for (let left = 3; left > 0; left -= 1) {
        const harmless = servers ? HARMLESS_TO_SERVERS : HARMLESS;
        const fault = harmless[this.random.below(harmless.length)] as Fault;
        this.rates.set(fault, Math.min(OFTEN, TIMES * ALL[fault]));
      }
    } else if (!this.calm) {
      const kinds = this.random.next();
      for (const fault of servers ? Faults.KINDS : (Object.keys(MAXIMUM) as Fault[])) {
        if (this.random.next() < kinds) {
          const isOutage = this.random.next() < OUTAGES;
          this.outage ||= isOutage;
          const times = isOutage ? OUTAGE : 1;
          this.rates.set(fault, Math.min(0.9, times * ALL[fault] * this.random.next()));
        }
      }
    }
  }

  strikes(fault: Fault): boolean {
    const rate = this.rates.get(fault);
    if (rate === undefined || this.random.next() >= rate) {
      return false;
    }
    this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
    return true;
  }

  /** Stops all faults. */
  heal(): void {
    this.rates.clear();
    this.ended = true;
  }
}
