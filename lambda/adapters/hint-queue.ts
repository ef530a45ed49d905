import type { CredentialProvider } from '../aws/credentials';
import type { OperationCaller } from '../aws/json-client';
import { required, requiredNumber } from '../environment';
import type { Clock, Hint, Hints } from '../realtime/ports';
import { systemClock } from '../system-clock';
import { sqsClient } from './delivery-queue';
import type { Hinting } from './message-log';

/**
 * Milliseconds that a function waits for a hint to be sent: after its response it is frozen, and would send the hint when it
 * is invoked again.
 */
export const FUNCTION_WAIT = 100;

/** Maximum number of hints that are being sent. With more, the queue cannot be reached, and further hints are not sent. */
const MOST_AT_ONCE = 100;

export interface HintQueueOptions {
  /** Calls the operations of SQS. */
  client: OperationCaller;
  queueUrl: string;
  /** Milliseconds that a publisher waits for a hint to be sent, at most. 0 for a process that goes on after its response. */
  waitFor: number;
  clock: Pick<Clock, 'wait'>;
  /** Is called with the error of a hint that could not be sent. */
  failed: (error: unknown) => void;
}

/** Hints on SQS. A hint is the body of a message, in JSON. */
export class HintQueue implements Hints {
  private sending = 0;

  constructor(private readonly options: HintQueueOptions) {}

  async send(hint: Hint): Promise<void> {
    if (this.sending >= MOST_AT_ONCE) {
      return;
    }
    const { client, queueUrl, waitFor, clock, failed } = this.options;
    this.sending += 1;
    const sent = client
      .call('SendMessage', { QueueUrl: queueUrl, MessageBody: JSON.stringify(hint) })
      .catch(failed)
      .finally(() => {
        this.sending -= 1;
      });
    await (waitFor > 0 && Promise.race([sent, clock.wait(waitFor)]));
  }
}

/**
 * Creates the hints of a publisher from the environment variables that the constructs set.
 *
 * @returns undefined if the message log has no hint queue
 */
export function hintingFromEnvironment({
  credentials,
  ...options
}: Pick<HintQueueOptions, 'waitFor' | 'failed'> & { credentials?: CredentialProvider }): Hinting | undefined {
  const queueUrl = required('HINT_QUEUE_URL');
  if (queueUrl === 'none') {
    return undefined;
  }
  const hints = new HintQueue({ client: sqsClient(credentials), queueUrl, clock: systemClock, ...options });
  return { hints, after: requiredNumber('HINT_AFTER_MILLISECONDS') };
}
