import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** A violation that axe-core found. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Somebody with the page open, and everything that the browser complained about meanwhile. */
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

  /** @param on - a new window, or a tab beside others */
  static async open(on: Browser | BrowserContext, url: string): Promise<Visitor> {
    const visitor = new Visitor(await on.newPage());
    await visitor.page.goto(url);
    await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    return visitor;
  }

  async signIn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('heading', { name: 'Publish' }).waitFor();
  }

  /** Resolves when every later message is shown. */
  async subscribe(topic: string): Promise<void> {
    await this.page.locator('#subscribe-topic').fill(topic);
    await this.page.getByRole('button', { name: 'Subscribe', exact: true }).click();
    await this.page.getByText(`Subscribed to ${topic}`, { exact: true }).waitFor();
  }

  /** Resolves when it is published. */
  async publish(topic: string, data: string): Promise<void> {
    await this.page.locator('#publish-topic').fill(topic);
    await this.page.locator('#data').fill(data);
    await this.page.getByRole('button', { name: 'Publish', exact: true }).click();
    await this.page.locator('#published').getByText(`of ${topic}`).waitFor();
  }

  /** Resolves when there is such a line. */
  async receives(line: string): Promise<void> {
    await this.page.getByRole('log').getByText(line).waitFor();
  }

  /** Every line of the messages. */
  async lines(): Promise<string[]> {
    return this.page.getByRole('log').locator('p').allInnerTexts();
  }

  /** Resolves when the page says so of its socket. */
  async connection(state: 'Connected' | 'Connecting'): Promise<void> {
    await this.page.locator('#state').getByText(state, { exact: true }).waitFor();
  }

  /** @returns what axe-core finds wrong, as sentences. */
  async accessibilityProblems(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const violations = (await this.page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[];
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
