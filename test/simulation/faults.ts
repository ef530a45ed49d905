import { Random } from './random';

/** Kinds of faults, and the highest probability of each without a storm. */
const MOST = {
  'a process ends between two awaits': 0.02,
  'a process hangs': 0.003,
  'a request to AWS is slow': 0.05,
  'a request to AWS is lost': 0.05,
  'an answer of AWS is lost': 0.1,
  'a table throttles': 0.15,
  'a transaction conflicts with another': 0.1,
  'a batch is done in part': 0.3,
  'a page ends early': 0.3,
  'a service fails': 0.05,
  'the queue refuses some': 0.1,
  'the queue delivers twice': 0.1,
  'the queue delivers out of order': 0.5,
  'the stream brings a batch again': 0.1,
  'a post is answered 429': 0.2,
  'a post is answered 410 while the socket is open': 0.02,
  'a push is lost': 0.3,
  'a push comes twice': 0.2,
  'a push comes late': 0.3,
  'a frame of a client is lost': 0.02,
  'a socket breaks': 0.02,
  'a socket is dead and nobody knows': 0.01,
  'a handshake is refused': 0.3,
  'a handshake hangs': 0.1,
  '$disconnect is never called': 0.5,
  'a request is lost': 0.1,
  'an answer is lost': 0.1,
  'the balancer answers 503': 0.1,
} as const;

/** One fault in so many is a storm, and strikes so much more often. */
const [STORMS, STORM] = [0.05, 8];

export type Fault = keyof typeof MOST;

/**
 * Faults of one world. The seed selects the kinds of faults and their probabilities: a world with few kinds finds errors
 * that a world with all kinds hides. One world in ten has no faults.
 */
export class Faults {
  static readonly KINDS = Object.keys(MOST) as readonly Fault[];

  /** Number of times that each fault occurred. */
  readonly struck = new Map<Fault, number>();
  readonly calm: boolean;
  private readonly rates = new Map<Fault, number>();
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed ^ 0x5eed);
    this.calm = seed % 10 === 0;
    if (!this.calm) {
      const kinds = this.random.next();
      for (const fault of Faults.KINDS) {
        if (this.random.next() < kinds) {
          const times = this.random.next() < STORMS ? STORM : 1;
          this.rates.set(fault, Math.min(0.9, times * MOST[fault] * this.random.next()));
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

  /** Nothing goes wrong from now on. */
  heal(): void {
    this.rates.clear();
  }
}
