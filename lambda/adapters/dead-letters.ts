import type { OperationCaller } from '../aws/json-client';
import type { DeadLetters } from '../realtime/ports';
import { sqsText } from './sqs-text';

/** Dead-letter queue on SQS to which a function itself sends. */
export class SqsDeadLetters implements DeadLetters {
  /** @param client calls the operations of SQS. */
  constructor(
    private readonly client: OperationCaller,
    private readonly queueUrl: string,
  ) {}

  async add(json: string): Promise<void> {
    await this.client.call('SendMessage', { QueueUrl: this.queueUrl, MessageBody: sqsText(json) });
  }
}
