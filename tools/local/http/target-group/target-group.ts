import type { TargetGroupBlueprint } from '../../blueprint';
import type { LogOfPart } from '../../log-line';
import { HealthCheck } from './health-check';
import { type RoutingAlgorithm, routingAlgorithm } from './routing-algorithm';
import { Target } from './target';

/** Default of the deregistration delay, in seconds. */
const DEREGISTRATION_DELAY = '300';

/** The targets of a group, their health, and the choice of the next one. */
export class TargetGroup {
  private readonly checks = new Map<Target, HealthCheck | undefined>();
  private readonly algorithm: RoutingAlgorithm;

  /** @param idleMs idle timeout of the load balancer in milliseconds */
  constructor(
    readonly blueprint: TargetGroupBlueprint,
    private readonly idleMs: number,
    private readonly log: LogOfPart,
  ) {
    this.algorithm = routingAlgorithm(blueprint.attributes['load_balancing.algorithm.type']);
  }

  register(host: string, port: number): Target {
    const target = new Target(host, port, this.idleMs);
    const { healthCheck } = this.blueprint;
    const become = (state: 'initial' | 'healthy' | 'unhealthy', why: string) => {
      target.state = state;
      target.emit('health', state, why);
      this.log({
        level: state === 'healthy' ? 'info' : 'warn',
        text: `the target ${host}:${port} is ${state}: ${why}`,
        of: this.blueprint.logicalId,
      });
    };
    this.checks.set(target, healthCheck.enabled ? new HealthCheck(target, healthCheck, become) : undefined);
    if (!healthCheck.enabled) {
      target.state = 'healthy';
    }
    return target;
  }

  /**
   * Sends the target no more requests, and waits for its open requests and WebSockets for the deregistration delay. Requests that are
   * open then are aborted, and WebSockets stay open until the target closes them or ends.
   *
   * @param longestMs maximum milliseconds if the app stops, which does not wait for WebSockets: they would last until the delay has passed
   */
  async deregister(target: Target, longestMs?: number): Promise<void> {
    this.checks.get(target)?.close();
    this.checks.delete(target);
    const delay = this.blueprint.attributes['deregistration_delay.timeout_seconds'] ?? DEREGISTRATION_DELAY;
    const delayMs = Number(delay) * 1000;
    await target.drain(Math.min(delayMs, longestMs ?? delayMs), longestMs === undefined);
  }

  /** @returns the target of the next request; undefined if none is registered. Fails open: if none is healthy, all can be chosen */
  next(): Target | undefined {
    const targets = [...this.checks.keys()];
    const healthy = targets.filter(({ state }) => state === 'healthy');
    return this.algorithm(healthy.length > 0 ? healthy : targets);
  }
}
