import type { CDPSession } from 'playwright-core';

type Parameters = Record<string, unknown>;

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Parameters;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Evaluated {
  readonly result: { readonly value: unknown };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
}

/**
 * A window with one page, through the DevTools protocol. The pages of Playwright are no alternative: it emulates their focus,
 * so they are always visible and cannot be frozen.
 */
export class BrowserWindow {
  /** Data of each WebSocket frame that the page sent. */
  readonly sent: string[] = [];
  /** Number of WebSockets that the page created. */
  webSockets = 0;
  private readonly answers = new Map<number, (reply: Reply) => void>();
  private readonly watchers = new Map<string, () => void>();
  private windowId: unknown;
  private calls = 0;

  private constructor(
    private readonly browser: CDPSession,
    private readonly targetId: string,
    private readonly sessionId: string,
  ) {
    browser.on('Target.receivedMessageFromTarget', this.listener);
  }

  /** Opens a window, visible. Resolves when the page and its modules are loaded. @param browser - a session of the browser */
  static async open(browser: CDPSession, url: string): Promise<BrowserWindow> {
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank', newWindow: true });
    // The session is not flattened, because Playwright gives no access to sessions that it did not create.
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId });
    const window = new BrowserWindow(browser, targetId, sessionId);
    await Promise.all([window.send('Page.enable'), window.send('Network.enable')]);
    ({ windowId: window.windowId } = await window.send<{ windowId: number }>('Browser.getWindowForTarget'));
    await window.navigate(url);
    return window;
  }

  /** Resolves when the page at the URL is loaded. */
  async navigate(url: string): Promise<void> {
    const loaded = this.next('Page.loadEventFired');
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** Returns to the page before. Resolves when it is the current one. */
  async back(): Promise<void> {
    const { currentIndex, entries } = await this.send<{ currentIndex: number; entries: { id: number }[] }>(
      'Page.getNavigationHistory',
    );
    const returned = this.next('Page.frameNavigated');
    await this.send('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1]?.id });
    await returned;
  }

  /** Minimizes the window, which hides the page. */
  async hide(): Promise<void> {
    await this.send('Browser.setWindowBounds', { windowId: this.windowId, bounds: { windowState: 'minimized' } });
  }

  async show(): Promise<void> {
    await this.send('Browser.setWindowBounds', { windowId: this.windowId, bounds: { windowState: 'normal' } });
  }

  /** Freezes the page, which must be hidden. */
  async freeze(): Promise<void> {
    await this.send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  async resume(): Promise<void> {
    await this.send('Page.setWebLifecycleState', { state: 'active' });
  }

  /** Takes the network from the page: requests fail, and frames wait. Resolves when a request has failed. */
  async goOffline(): Promise<void> {
    const failed = this.next('Network.loadingFailed');
    await this.emulateNetwork(true);
    await failed;
  }

  async goOnline(): Promise<void> {
    await this.emulateNetwork(false);
  }

  /** Evaluates an expression in the page. @returns its value, or that of its promise */
  async evaluate<Value = void>(expression: string): Promise<Value> {
    const evaluation = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.send<Evaluated>('Runtime.evaluate', evaluation);
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? JSON.stringify(exceptionDetails));
    }
    return result.value as Value;
  }

  async close(): Promise<void> {
    this.browser.off('Target.receivedMessageFromTarget', this.listener);
    await this.browser.send('Target.closeTarget', { targetId: this.targetId });
  }

  private async emulateNetwork(offline: boolean): Promise<void> {
    const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await this.send('Network.emulateNetworkConditions', { offline, ...unlimited });
  }

  private next(event: string): Promise<void> {
    return new Promise((resolve) => this.watchers.set(event, resolve));
  }

  private async send<Result>(method: string, params: Parameters = {}): Promise<Result> {
    this.calls += 1;
    const id = this.calls;
    const answer = new Promise<Reply>((resolve) => this.answers.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await this.browser.send('Target.sendMessageToTarget', { sessionId: this.sessionId, message });
    const { result, error } = await answer;
    if (error) {
      throw new Error(`${method}: ${error.message}`);
    }
    return result as Result;
  }

  private readonly listener = (event: { sessionId: string; message: string }): void => {
    if (event.sessionId === this.sessionId) {
      this.receive(JSON.parse(event.message));
    }
  };

  private receive(reply: Reply): void {
    const { id, method = '', params } = reply;
    if (id !== undefined) {
      this.answers.get(id)?.(reply);
      this.answers.delete(id);
    } else if (method === 'Network.webSocketCreated') {
      this.webSockets += 1;
    } else if (method === 'Network.webSocketFrameSent') {
      this.sent.push((params as { response: { payloadData: string } }).response.payloadData);
    }
    this.watchers.get(method)?.();
    this.watchers.delete(method);
  }
}
