/** Limits concurrent work. The rest waits, in the order of the calls. */
export class Places {
  private readonly waiting: (() => void)[] = [];

  /** @param free number of works that run at the same time. */
  constructor(private free: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) {
      this.free -= 1;
    } else {
      await new Promise<void>((begin) => this.waiting.push(begin));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.free += 1;
      }
    }
  }
}
