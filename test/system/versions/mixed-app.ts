import { setTimeout as pause } from 'node:timers/promises';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LocalApp } from '../../support/local-app';
import { type App, tokensFrom } from '../caller';
import type { Consumers, MixedAssembly } from './mixed-assembly';

/** Lines of the log about data that could not be read, stored or delivered. */
const FAILURE = /"event":"(failed|\w+_(failed|unreadable|set_aside)|records_refused|unreadable_request)"/;

/** An app on this machine whose parts run two versions. Its tables, queues and connections remain when its code changes. */
export class MixedApp {
  /** The public interface of the app. */
  readonly app: App;
  private running: readonly string[];

  private constructor(
    private readonly assembly: MixedAssembly,
    private readonly local: LocalApp,
  ) {
    const { http = '', websocket = '', token = '' } = local.urls;
    this.app = { httpUrl: http, webSocketUrl: websocket, token: tokensFrom(token) };
    this.running = assembly.parts;
  }

  /** Resolves when the app serves, with the code of the release. */
  static async start(assembly: MixedAssembly): Promise<MixedApp> {
    assembly.mix(assembly.parts);
    return new MixedApp(assembly, await LocalApp.start(assembly.folder));
  }

  get parts(): readonly string[] {
    return this.assembly.parts;
  }

  /** Number of lines of the log so far. */
  get logged(): number {
    return this.local.log.length;
  }

  /**
   * Changes the code of the parts. Containers are replaced; other parts run the new code from their next invocation.
   *
   * @param fromRelease - parts that run the code of the release
   */
  async run(fromRelease: readonly string[], consumers: Consumers = 'running'): Promise<void> {
    const changed = this.parts.filter((id) => fromRelease.includes(id) !== this.running.includes(id));
    const containers = changed.filter((id) => id.includes('TaskDefinition'));
    this.running = fromRelease;
    this.assembly.mix(fromRelease, consumers);
    const { logged } = this;
    await this.local.reload();
    await this.until(
      () => this.texts(logged).filter((text) => text.endsWith('the new code')).length === containers.length,
    );
  }

  /** @returns the number of lines with this event after the first `from` lines whose `field` is greater than 0 */
  count(event: string, field: string, from: number): number {
    return this.texts(from).filter(
      (text) => text.startsWith(`{"event":"${event}"`) && Number(JSON.parse(text)[field]) > 0,
    ).length;
  }

  /** Throws as soon as the log has a line about a failure, or the error of the work. */
  async withoutFailures(work: () => Promise<void>): Promise<void> {
    const { logged } = this;
    let ended = false;
    const working = work().finally(() => {
      ended = true;
    });
    await Promise.race([working, this.until(() => ended || this.failures(logged).length > 0)]);
    const failures = this.failures(logged);
    if (failures.length > 0) {
      throw new Error(failures.join('\n'));
    }
    await working;
  }

  /** @returns the number of messages in the delivery queue */
  async waiting(): Promise<number> {
    const client = new SQSClient({
      endpoint: this.local.urls.aws,
      region: 'us-east-1',
      credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
    });
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls.find((url) => /DeliveryQueue[0-9A-F]{8}/.test(url));
    const { Attributes = {} } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    client.destroy();
    const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: received } = Attributes;
    return Number(visible) + Number(received);
  }

  /** Resolves when the condition is true. */
  async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isTrue())) {
      await pause(50);
    }
  }

  stop(): Promise<void> {
    return this.local.stop();
  }

  private failures(from: number): string[] {
    return this.local.log
      .slice(from)
      .filter(({ level, text }) => level === 'error' || FAILURE.test(text))
      .map(({ of, process, text }) => `${of ?? process}: ${text}`);
  }

  private texts(from: number): string[] {
    return this.local.log.slice(from).map(({ text }) => text);
  }
}
