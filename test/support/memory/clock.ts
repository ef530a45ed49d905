import type { Clock } from '../../../lambda/realtime/ports';

/** A clock that advances only manually or by waits. */
export class ManualClock implements Clock {
  /** Durations of all waits, in milliseconds. */
  readonly waits: number[] = [];

  constructor(
    private milliseconds = Date.parse('2026-01-01T00:00:00Z'),
    readonly random: () => number = Math.random,
  ) {}

  now = () => this.milliseconds;

  async wait(milliseconds: number): Promise<void> {
    this.waits.push(milliseconds);
    this.advance(milliseconds);
    await new Promise(setImmediate);
  }

  advance(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }
}
