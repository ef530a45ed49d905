import type { RuleBlueprint, RuleTargetBlueprint } from '../../blueprint';
import { EVENT_BRIDGE_OPERATORS } from '../../events/patterns/comparison';
import { eventPattern, type Pattern } from '../../events/patterns/event-pattern';
import type { Json } from '../../events/patterns/json';
import type { Log } from '../../log-line';
import { type Targets, targetKindOf } from '../targets';
import type { EventBridgeEvent } from './event';
import { targetInput } from './input';

interface Options {
  readonly targets: Targets;
  /** Forwards an event to another bus. Rejects if it does not exist. */
  readonly forward: (busArn: string, event: EventBridgeEvent) => Promise<void>;
  /** Checks the permission of a target's role, and logs a denial. */
  readonly permits: (roleArn: string, action: string, resource: string) => Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

interface Rule {
  readonly blueprint: RuleBlueprint;
  readonly matches: Pattern;
}

/** The rules of an event bus. Events reach their targets after PutEvents has answered. */
export class EventBus {
  private readonly rules: readonly Rule[];
  private readonly running = new Set<Promise<void>>();

  /** Throws an error with the name of a rule whose pattern is invalid. */
  constructor(
    rules: readonly RuleBlueprint[],
    private readonly options: Options,
  ) {
    this.rules = rules.map((blueprint) => {
      try {
        return { blueprint, matches: eventPattern(blueprint.eventPattern, EVENT_BRIDGE_OPERATORS) };
      } catch (error) {
        throw new Error(`${blueprint.logicalId}: ${(error as Error).message}`, { cause: error });
      }
    });
  }

  /** @param forwarded true for an event from another bus, which this bus does not forward again */
  accept(event: EventBridgeEvent, forwarded = false): void {
    const deliveries = this.rules
      .filter(({ matches }) => matches(event as unknown as Json))
      .flatMap(({ blueprint }) => blueprint.targets.map((target) => this.deliver(blueprint, target, event, forwarded)));
    for (const delivery of deliveries) {
      this.running.add(delivery);
      void delivery.finally(() => this.running.delete(delivery));
    }
  }

  /** Resolves when every accepted event is delivered. */
  async drained(): Promise<void> {
    await Promise.all(this.running);
  }

  /** Delivers an event to a target; if that fails, to its dead-letter queue. */
  private async deliver(
    rule: RuleBlueprint,
    target: RuleTargetBlueprint,
    event: EventBridgeEvent,
    forwarded: boolean,
  ): Promise<void> {
    const input = targetInput(target, event, rule, this.options.now());
    try {
      await this.send(target, event, input, forwarded);
    } catch (error) {
      const { message } = error as Error;
      const { deadLetterArn } = target;
      const end = deadLetterArn
        ? `sent to ${deadLetterArn}`
        : 'the event is discarded, because there is no dead-letter queue';
      this.say(`${rule.logicalId}: delivery to ${target.arn} failed: ${message}; ${end}`);
      if (deadLetterArn !== undefined) {
        await this.options.targets
          .send(deadLetterArn, {
            MessageBody: input,
            MessageAttributes: textAttributes({
              RULE_ARN: rule.arn,
              TARGET_ARN: target.arn,
              ERROR_CODE: 'SDK_CLIENT_ERROR',
              ERROR_MESSAGE: message,
            }),
          })
          .catch((cause: Error) => this.say(`${rule.logicalId}: the event is lost: ${cause.message}`));
      }
    }
  }

  private async send(
    { arn, roleArn, messageGroupId }: RuleTargetBlueprint,
    event: EventBridgeEvent,
    input: string,
    forwarded: boolean,
  ): Promise<void> {
    const { targets, forward, permits } = this.options;
    switch (targetKindOf(arn)) {
      case 'sqs':
        return targets.send(arn, {
          MessageBody: input,
          ...(messageGroupId !== undefined && { MessageGroupId: messageGroupId }),
        });
      case 'sns':
        return targets.publish(arn, { Message: input });
      case 'lambda':
        return targets.invoke(arn, input);
      case 'events':
        if (forwarded) {
          return undefined;
        }
        if (roleArn !== undefined && !(await permits(roleArn, 'events:PutEvents', arn))) {
          throw new Error('the role of the target does not allow events:PutEvents');
        }
        return forward(arn, event);
      default:
        throw new Error('no such target runs here');
    }
  }

  private say(text: string): void {
    this.options.log({ process: 'aws', level: 'error', text });
  }
}

function textAttributes(texts: Readonly<Record<string, string>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
}
