import { type DelayingProxy, delayingProxy } from './delaying-proxy';
import { type LocalApp, startLocalApp } from './local-app';
import { tokenOf } from './token';

/** Publishes before the measurement, so that the code is compiled. */
const WARM_UP = 100;

/** A stage of this app that runs here, behind a proxy that delays each byte. */
export class DistantApp {
  private constructor(
    private readonly app: LocalApp,
    private readonly proxy: DelayingProxy,
  ) {}

  /** @param roundTrip - milliseconds */
  static async start(stage: string, roundTrip: number): Promise<DistantApp> {
    const app = await startLocalApp(stage);
    return new DistantApp(app, await delayingProxy(app.port, roundTrip));
  }

  /** URL of the page, without the proxy. */
  get pageUrl(): string {
    return this.app.pageUrl;
  }

  /** Port of the proxy on 127.0.0.1. */
  get proxyPort(): number {
    return this.proxy.port;
  }

  /** Publishes many times, without the proxy. */
  async warmUp(): Promise<void> {
    const token = await tokenOf(this.pageUrl);
    for (let count = 0; count < WARM_UP; count += 1) {
      const response = await fetch(`${this.app.httpUrl}/v1/topics/warm-up/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ data: count }),
      });
      if (response.status !== 201) {
        throw new Error(`A publish must return 201, got ${response.status}: ${await response.text()}`);
      }
      await response.text();
    }
  }

  async stop(): Promise<void> {
    this.proxy.close();
    await this.app.stop();
  }
}
