/** A number of workers that requests, connections or sockets occupy. */
export class Workers {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Waits for a free worker, first come, first served. */
  async occupy(): Promise<void> {
    if (this.free > 0) {
      this.free--;
    } else {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  release(): void {
    const next = this.waiting.shift();
    if (next) {
      next();
    } else {
      this.free++;
    }
  }
}
