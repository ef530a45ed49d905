import { EmbeddedMetrics } from '../../../lambda/embedded-metrics';

/** The metrics of the app, which keep the members of their lines instead of writing them. */
export class MemoryMetrics extends EmbeddedMetrics {
  /** Metrics, and the dimension `Reason`, of each line. */
  readonly written: Record<string, unknown>[];

  constructor() {
    const written: Record<string, unknown>[] = [];
    super('lane', Date.now, (line) => {
      const { _aws, Lane, ...members } = JSON.parse(line) as Record<string, unknown>;
      written.push(members);
    });
    this.written = written;
  }
}
