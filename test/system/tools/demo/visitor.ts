import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A user with the page open. Records the errors and warnings that the browser logs. */
export class Visitor {
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.complaints.push(message.text());
      }
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  /** @param on - a browser to open a new window, or a context to open another tab */
  static async open(on: Browser | BrowserContext, url: string): Promise<Visitor> {
    const visitor = new Visitor(await on.newPage());
    await visitor.page.goto(url);
    await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    return visitor;
  }

  /** Signs in. The page then subscribes to the topic `news`. */
  async signIn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('heading', { name: 'Publish' }).waitFor();
  }

  /** Subscribes. Resolves when the page will show all later messages. */
  async subscribe(topic: string): Promise<void> {
    await this.page.locator('#subscribe-topic').fill(topic);
    await this.page.getByRole('button', { name: 'Subscribe', exact: true }).click();
    await this.receives(`Subscribed to ${topic}`);
  }

  /** Publishes. Resolves when the page confirms it. */
  async publish(topic: string, data: string): Promise<void> {
    await this.page.locator('#publish-topic').fill(topic);
    await this.page.locator('#data').fill(data);
    await this.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await this.page.locator('#published p:first-child').getByText(`of topic ${topic}`).waitFor();
  }

  /** Resolves when the message log contains this line. */
  async receives(line: string): Promise<void> {
    await this.page.getByRole('log').getByText(line).waitFor();
  }

  /** @returns the lines of the message log that contain a text */
  async lines(text: string): Promise<string[]> {
    return this.page.getByRole('log').locator('p').filter({ hasText: text }).allInnerTexts();
  }

  /** @returns the topics in the list of subscriptions */
  async topics(): Promise<string[]> {
    return this.page.getByRole('list', { name: 'Subscriptions' }).locator('li span').allInnerTexts();
  }

  /** Fills fields of the load test, and starts it. */
  async startLoadTest(fields: { sockets?: string; rate?: string; seconds?: string }): Promise<void> {
    for (const [id, value] of Object.entries(fields)) {
      await this.page.locator(`#${id}`).fill(value);
    }
    await this.page.getByRole('button', { name: 'Run load test' }).click();
  }

  /** @returns the texts of the visible buttons that are drawn as the main action */
  async primaryButtons(): Promise<string[]> {
    return this.page.locator('button:not(.quiet):visible').allInnerTexts();
  }

  /** Resolves when the page shows this state of its WebSocket. */
  async connection(state: string | RegExp): Promise<void> {
    await this.page.locator('#state').getByText(state, { exact: true }).waitFor();
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
