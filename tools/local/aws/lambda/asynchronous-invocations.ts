import { randomUUID } from 'node:crypto';
import type { FunctionBlueprint } from '../../blueprint';
import type { Invoke } from '../../functions/function-client';
import type { Outcome } from '../../functions/outcome';
import type { Log } from '../../log-line';
import type { Wait } from '../../wait';
import { DELIVERY_ACTIONS, type Targets, targetKindOf } from '../targets';
import { type Ended, deadLetter, invocationEvent, invocationRecord } from './invocation-record';

/** Milliseconds before the first and the second retry of a function that failed. Source: "Error handling for asynchronous invocation". */
const RETRY_WAITS = [60_000, 120_000];

/** Milliseconds before a throttled invocation is attempted again: doubled each time, from the first to the last. */
const THROTTLED = { first: 1000, last: 300_000 };

/** Defaults of PutFunctionEventInvokeConfig. */
const DEFAULTS = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 };

interface Options {
  readonly functions: () => readonly FunctionBlueprint[];
  readonly invoke: Invoke;
  readonly targets: Targets;
  /** Checks the permission of a function's role, and logs a denial. */
  readonly permits: (roleArn: string, action: string, resource: string) => Promise<boolean>;
  readonly wait: Wait;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Lambda's queue of asynchronous invocations. A function that fails is invoked up to two more times. Then the event goes to the on-failure
 * destination and to the dead-letter queue, with the permissions of the function's role. Events are in memory, and lost when the run ends.
 */
export class AsynchronousInvocations {
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: Options) {}

  /** Queues an event. @param event JSON. @returns the id of the request */
  accept(functionArn: string, event: string): string {
    const requestId = randomUUID();
    const run = this.run(functionArn, event, requestId).catch((error: Error) => this.say(functionArn, error.message));
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
    return requestId;
  }

  /** Ends the waits. Resolves when no invocation is running. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.running);
  }

  private async run(functionArn: string, event: string, requestId: string): Promise<void> {
    const { signal } = this.closing;
    const accepted = this.options.now();
    let attempts = 0;
    let throttled = 0;
    for (;;) {
      const fn = this.options.functions().find(({ arn }) => arn === functionArn);
      if (!fn || signal.aborted) {
        return;
      }
      const { maximumRetryAttempts, maximumEventAgeSeconds } = { ...DEFAULTS, ...fn.asynchronous };
      const outcome = await this.attempt(functionArn, event);
      const counts = outcome && !('error' in outcome && outcome.error === 'Throttled');
      attempts += counts ? 1 : 0;
      const ended = (condition: Ended['condition']): Ended => ({
        ...{ requestId, functionArn, condition, attempts, event, now: this.options.now() },
        ...(outcome && { outcome }),
      });
      if (outcome && !('error' in outcome)) {
        await this.deliver(fn, fn.asynchronous?.onSuccess, ended('Success'));
        return;
      }
      const pause = counts ? RETRY_WAITS[attempts - 1] : Math.min(THROTTLED.last, THROTTLED.first * 2 ** throttled++);
      if (counts && attempts > maximumRetryAttempts) {
        await this.giveUp(fn, ended('RetriesExhausted'));
        return;
      }
      if (this.options.now() + (pause ?? 0) > accepted + 1000 * maximumEventAgeSeconds) {
        await this.giveUp(fn, ended('EventAgeExceeded'));
        return;
      }
      await this.options.wait(pause ?? 0, signal);
    }
  }

  /** @returns undefined if no process answers, which counts as a failure of Lambda and not of the function */
  private async attempt(functionArn: string, event: string): Promise<Outcome | undefined> {
    try {
      return await this.options.invoke(functionArn, event);
    } catch (error) {
      if (!this.closing.signal.aborted) {
        this.say(functionArn, (error as Error).message);
      }
      return undefined;
    }
  }

  private async giveUp(fn: FunctionBlueprint, ended: Ended): Promise<void> {
    const destination = fn.asynchronous?.onFailure;
    await this.deliver(fn, destination, ended);
    if (fn.deadLetterArn !== undefined) {
      const { body, attributes } = deadLetter(ended);
      await this.send(fn, fn.deadLetterArn, {
        sqs: { MessageBody: body, MessageAttributes: attributes },
        sns: { Message: body, MessageAttributes: attributes },
      });
    }
    if (destination === undefined && fn.deadLetterArn === undefined) {
      this.say(fn.arn, 'the event is discarded, because there is no on-failure destination and no dead-letter queue');
    }
  }

  private async deliver(fn: FunctionBlueprint, arn: string | undefined, ended: Ended): Promise<void> {
    if (arn === undefined) {
      return;
    }
    const record = JSON.stringify(invocationRecord(ended));
    await this.send(fn, arn, {
      sqs: { MessageBody: record },
      sns: { Message: record },
      lambda: record,
      events: invocationEvent(ended, record, arn),
    });
  }

  /** Sends a message in the form of the target. If that fails, it is lost, as on AWS, and logged. */
  private async send(
    fn: FunctionBlueprint,
    arn: string,
    forms: {
      readonly sqs: Record<string, unknown>;
      readonly sns: Record<string, unknown>;
      readonly lambda?: string;
      readonly events?: Record<string, unknown>;
    },
  ): Promise<void> {
    const kind = targetKindOf(arn);
    const { targets, permits } = this.options;
    if (!kind || !(await permits(fn.roleArn, DELIVERY_ACTIONS[kind], arn))) {
      return;
    }
    try {
      switch (kind) {
        case 'sqs':
          await targets.send(arn, forms.sqs);
          break;
        case 'sns':
          await targets.publish(arn, forms.sns);
          break;
        case 'lambda':
          await targets.invoke(arn, forms.lambda ?? '');
          break;
        case 'events':
          await targets.putEvent(arn, forms.events ?? {});
          break;
      }
    } catch (error) {
      this.say(fn.arn, `the event is lost, because sending to ${arn} failed: ${(error as Error).message}`);
    }
  }

  private say(functionArn: string, text: string): void {
    const name = functionArn.split(':').at(-1);
    this.options.log({ process: 'aws', level: 'error', text: `Asynchronous invocation of ${name}: ${text}` });
  }
}
