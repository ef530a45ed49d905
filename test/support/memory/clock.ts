import type { Clock } from '../../../lambda/realtime/ports';

/** A clock that moves only when told to, or as far as someone waits. */
export class ManualClock implements Clock {
  /** Waits so far, in milliseconds. */
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
