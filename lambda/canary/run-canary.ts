import type { CanaryReport, CanaryTarget, MeasurementName, SignIn } from './canary';
import { CanarySocket } from './canary-socket';
import { ratioBesideSockets } from './checks/beside-sockets';
import { publishToPush } from './checks/delivery';
import { firstRequests, medianDuration } from './checks/http';
import { expectRefusal, opened, ping } from './checks/web-socket';
import { HttpRequests } from './http-requests';
import { LaneRequests, unlessRateLimited } from './lane-requests';
import { LIMITS, type Limits } from './limits';
import { Results } from './results';

/**
 * Checks both lanes as a client: signs in, sends requests, opens sockets, and publishes a message that must arrive. It never throws: a
 * report says what failed. It ends within a minute, whatever does not answer, and closes all connections.
 *
 * @param limits - @default LIMITS
 */
export async function runCanary(target: CanaryTarget, signIn: SignIn, limits: Limits = LIMITS): Promise<CanaryReport> {
  const http = new HttpRequests(limits.request);
  const sockets: CanarySocket[] = [];
  try {
    return await new Run(target, limits, new LaneRequests(target.httpUrl, http), sockets).report(signIn);
  } finally {
    http.close();
    await Promise.all(sockets.map((socket) => socket.close(limits.close)));
  }
}

class Run {
  private readonly results = new Results();
  private measurements: Partial<Record<MeasurementName, number>> = {};

  constructor(
    private readonly target: CanaryTarget,
    private readonly limits: Limits,
    private readonly lane: LaneRequests,
    private readonly sockets: CanarySocket[],
  ) {}

  async report(signIn: SignIn): Promise<CanaryReport> {
    const { results, limits, lane } = this;
    const token = await results.attempt('signIn', limits.signIn, signIn);
    if (token !== undefined) {
      lane.authorize(token);
    }
    const ticketed = token !== undefined;
    const ticket = await this.http(ticketed);
    const socket = await this.webSocket(ticket, ticketed);
    if (socket && results.allowed('signIn', 'http', 'webSocket')) {
      await results.attempt('delivery', limits.delivery, async (signal) => {
        this.measurements.publishToPush = await publishToPush(lane, socket, limits.push, signal);
      });
    }
    // Last, because it uses up some of the rate limit of the canary's user.
    if (socket && results.allowed('signIn', 'http', 'webSocket')) {
      await socket.close(limits.close);
      await results.attempt('http', limits.besideSockets, (signal) => this.besideSockets(ticketed, signal));
    }
    return { checks: results.report(), measurements: this.measurements };
  }

  /** @returns a ticket; undefined if none is needed or could be had */
  private async http(ticketed: boolean): Promise<string | undefined> {
    const { results, limits, lane } = this;
    const end = performance.now() + limits.http;
    await results.attempt('http', limits.http, async (signal) => {
      this.measurements = { ...this.measurements, ...(await firstRequests(lane, signal)) };
      // More requests find a lane that fails some, and warm the client up. Time for the last one of them and for a ticket is left.
      await unlessRateLimited(medianDuration(lane, end - 2 * limits.request, signal));
    });
    if (!ticketed || !results.allowed('http')) {
      return undefined;
    }
    return results.attempt('http', Math.max(0, end - performance.now()), (signal) => lane.ticket(signal));
  }

  /** @returns the socket; undefined if the check failed, or had no ticket for one */
  private webSocket(ticket: string | undefined, ticketed: boolean): Promise<CanarySocket | undefined> {
    const { results, limits, target } = this;
    const { webSocketUrl } = target;
    const needsNoTicket = !ticketed && results.allowed('signIn');
    return results.attempt('webSocket', limits.webSocket, async (signal) => {
      if (ticket === undefined && !needsNoTicket) {
        await expectRefusal(webSocketUrl, this.sockets, signal);
        return undefined;
      }
      const socket = opened(await CanarySocket.open(webSocketUrl, ticket, signal), webSocketUrl);
      this.sockets.push(socket);
      await ping(socket, signal);
      return socket;
    });
  }

  private async besideSockets(ticketed: boolean, signal: AbortSignal): Promise<void> {
    const { lane, limits, sockets, target } = this;
    const { webSocketUrl } = target;
    const end = performance.now() + limits.besideSockets - limits.request;
    const ratio = await unlessRateLimited(
      ratioBesideSockets({ lane, sockets, ticketed, webSocketUrl, end, limit: limits.request }, signal),
    );
    if (ratio !== undefined) {
      this.measurements.besideSocketsRatio = ratio;
    }
  }
}
