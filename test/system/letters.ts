import {
  DeleteMessageCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { StartedRunner } from '../support/started-runner';
import { operatorConfig } from './aws-at-desk';

/** A queue of a running app, with an operator's access. */
export class AppQueue {
  private constructor(
    private readonly client: SQSClient,
    private readonly QueueUrl: string,
  ) {}

  /** @param name - the end of the logical id, without its hash */
  static async open(runner: StartedRunner, name: string): Promise<AppQueue> {
    const client = new SQSClient(operatorConfig(runner));
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
    const url = QueueUrls.find((each) => new RegExp(`${name}[0-9A-F]{8}`).test(each));
    if (!url) {
      throw new Error(`There is no queue ${name} among ${QueueUrls.join(', ')}`);
    }
    return new AppQueue(client, url);
  }

  async send(MessageBody: string): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.QueueUrl, MessageBody }));
  }

  /** Waits for a message and leaves it in the queue. @returns its body */
  async first(): Promise<string> {
    return (await this.receive()).Body ?? '';
  }

  /** Waits for a message and deletes it. @returns its body */
  async take(): Promise<string> {
    const { Body = '', ReceiptHandle } = await this.receive();
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.QueueUrl, ReceiptHandle }));
    return Body;
  }

  /** Moves all messages to another queue. */
  async moveTo(destination: AppQueue): Promise<void> {
    const [SourceArn, DestinationArn] = [this.arn, destination.arn];
    await this.client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  }

  private get arn(): string {
    return `arn:aws:sqs:us-east-1:000000000000:${this.QueueUrl.split('/').at(-1)}`;
  }

  close(): void {
    this.client.destroy();
  }

  private async receive(): Promise<Message> {
    const { QueueUrl } = this;
    for (;;) {
      const { Messages: [message] = [] } = await this.client.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, VisibilityTimeout: 0 }),
      );
      if (message) {
        return message;
      }
    }
  }
}
