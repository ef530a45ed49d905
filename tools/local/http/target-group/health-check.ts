import { type ClientRequest, request } from 'node:http';
import type { TargetGroupBlueprint } from '../../blueprint';
import { afterCheck, type Health, matchesCode, NEW_TARGET, type Thresholds } from './health';

type HealthCheckSettings = TargetGroupBlueprint['healthCheck'];

/**
 * Maximum milliseconds between two checks of a new target. AWS uses the configured interval; here a user would wait 30 s for a
 * process that starts in less than one second.
 */
const WHILE_INITIAL = 100;

/** Checks the health of one target periodically, until it is closed. */
export class HealthCheck {
  private health = NEW_TARGET;
  private timer: NodeJS.Timeout | undefined;
  private asking: ClientRequest | undefined;
  private closed = false;

  constructor(
    private readonly target: { readonly host: string; readonly port: number },
    private readonly settings: HealthCheckSettings,
    private readonly changed: (state: Health['state'], why: string) => void,
  ) {
    void this.check();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.asking?.destroy();
  }

  private async check(): Promise<void> {
    const failure = await this.failure();
    if (this.closed) {
      return;
    }
    const before = this.health.state;
    this.health = afterCheck(this.health, failure === undefined, this.thresholds());
    if (this.health.state !== before) {
      this.changed(this.health.state, failure ?? 'it passed its health check');
    }
    this.timer = setTimeout(() => void this.check(), this.intervalMs());
  }

  private intervalMs(): number {
    const interval = this.settings.intervalSeconds * 1000;
    return this.health.state === 'initial' ? Math.min(interval, WHILE_INITIAL) : interval;
  }

  /** A new target is checked more often, so its threshold is higher: it becomes unhealthy after the same time as on AWS. */
  private thresholds(): Thresholds {
    const often = (this.settings.intervalSeconds * 1000) / this.intervalMs();
    const { healthyThreshold, unhealthyThreshold } = this.settings;
    return { healthyThreshold, unhealthyThreshold: Math.ceil(unhealthyThreshold * often) };
  }

  /** @returns the reason why the target is unhealthy; undefined if it is healthy */
  private failure(): Promise<string | undefined> {
    const { path, timeoutSeconds, matcher } = this.settings;
    const { host, port } = this.target;
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    return new Promise((resolve) => {
      this.asking = request(
        {
          host,
          port,
          path,
          agent: false,
          signal,
          headers: { Host: `${host}:${port}`, 'User-Agent': 'ELB-HealthChecker/2.0', Connection: 'close' },
        },
        (response) => {
          const status = response.statusCode ?? 0;
          response.once('error', () => resolve(`it aborted its response to ${path}`));
          response.once('end', () =>
            resolve(matchesCode(matcher, status) ? undefined : `it answered ${path} with ${status}, not ${matcher}`),
          );
          response.resume();
        },
      );
      this.asking.once('error', (error) =>
        resolve(
          signal.aborted
            ? `it did not answer ${path} in ${timeoutSeconds} s`
            : `it did not answer ${path}: ${error.message}`,
        ),
      );
      this.asking.end();
    });
  }
}
