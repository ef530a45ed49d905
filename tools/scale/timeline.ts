import { Heap } from './heap';

/** Virtual time, in seconds since the start of the run, and the scheduled events. */
export class Timeline {
  now = 0;
  private readonly events = new Heap<() => void>();

  /** Schedules an event. A time in the past means now. */
  at(time: number, event: () => void): void {
    this.events.push(Math.max(time, this.now), event);
  }

  after(seconds: number, event: () => void): void {
    this.at(this.now + seconds, event);
  }

  /** Runs until no event is left. @param onProgress called periodically */
  run(onProgress: () => void): void {
    for (let count = 1; this.events.size > 0; count++) {
      this.now = this.events.key;
      this.events.pop()?.();
      if (count % 50_000 === 0) {
        onProgress();
      }
    }
  }
}
