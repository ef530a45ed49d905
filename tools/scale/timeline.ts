import { Heap } from './heap';

/** Virtual time: what is to happen, in order. Seconds since the run began. */
export class Timeline {
  now = 0;
  private readonly events = new Heap<() => void>();

  /** Has `event` happen at a time; a time that is past is now. */
  at(time: number, event: () => void): void {
    this.events.push(Math.max(time, this.now), event);
  }

  after(seconds: number, event: () => void): void {
    this.at(this.now + seconds, event);
  }

  /** Runs until nothing is left to happen. @param watch is called now and then, for the person who waits */
  run(watch: () => void): void {
    for (let count = 1; this.events.size > 0; count++) {
      this.now = this.events.key;
      this.events.pop()?.();
      if (count % 50_000 === 0) {
        watch();
      }
    }
  }
}
