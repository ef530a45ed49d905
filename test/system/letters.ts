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
import { atDesk } from './aws-at-desk';

/** A queue of a running app, as an operator has it. */
export class Letters {
  private constructor(
    private readonly client: SQSClient,
    private readonly QueueUrl: string,
  ) {}

  /** @param name - the end of the logical id, without its hash */
  static async open(runner: StartedRunner, name: string): Promise<Letters> {
    const client = new SQSClient(atDesk(runner));
    const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
    const url = QueueUrls.find((each) => new RegExp(`${name}[0-9A-F]{8}`).test(each));
    if (!url) {
      throw new Error(`There is no queue ${name} among ${QueueUrls.join(', ')}`);
    }
    return new Letters(client, url);
  }

  async send(MessageBody: string): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.QueueUrl, MessageBody }));
  }

  /** @returns the body of the first, as soon as there is one, and leaves it there. */
  async first(): Promise<string> {
    return (await this.receive()).Body ?? '';
  }

  /** @returns the body of the first, as soon as there is one, which is then no longer there. */
  async take(): Promise<string> {
    const { Body = '', ReceiptHandle } = await this.receive();
    await this.client.send(new DeleteMessageCommand({ QueueUrl: this.QueueUrl, ReceiptHandle }));
    return Body;
  }

  /** Moves all back to where they came from. */
  async moveBack(): Promise<void> {
    const SourceArn = `arn:aws:sqs:us-east-1:000000000000:${this.QueueUrl.split('/').at(-1)}`;
    await this.client.send(new StartMessageMoveTaskCommand({ SourceArn }));
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
