import type { Blueprint, FunctionBlueprint } from '../blueprint';
import type { Invoke } from '../functions/function-client';
import type { Log } from '../log-line';
import type { Wait } from '../wait';
import type { Access } from './access';
import { EventBridgeService } from './eventbridge/event-bridge-service';
import { EventBus } from './eventbridge/event-bus';
import { AsynchronousInvocations } from './lambda/asynchronous-invocations';
import { LambdaService } from './lambda/lambda-service';
import { SnsService } from './sns/sns-service';
import { Topic } from './sns/topic';
import type { Targets } from './targets';

interface Options {
  readonly blueprint: Partial<Pick<Blueprint, 'functions' | 'topics' | 'rules' | 'eventBuses'>>;
  /** Sends a message to a queue, without a check of permissions. */
  readonly send: Targets['send'];
  readonly invoke: Invoke;
  readonly access: Access;
  readonly wait: Wait;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The services that deliver to resources of the assembly: Lambda's asynchronous invocations, SNS and EventBridge. */
export class Messaging {
  readonly lambda: LambdaService;
  readonly sns: SnsService;
  readonly eventBridge: EventBridgeService;
  private functions: readonly FunctionBlueprint[];
  private readonly asynchronous: AsynchronousInvocations;
  private readonly topics: ReadonlyMap<string, Topic>;
  private readonly buses: ReadonlyMap<string, EventBus>;

  constructor({ blueprint, send, invoke, access, wait, now, log }: Options) {
    this.functions = blueprint.functions ?? [];
    const functions = () => this.functions;
    const permits = async (roleArn: string, action: string, resource: string) =>
      (await access.denial(roleArn, { action, resource })) === undefined;
    const targets: Targets = {
      send,
      publish: async (topicArn, input) => this.sns.publishTo(topicArn, input),
      invoke: async (functionArn, event) => {
        const arn = unqualified(functionArn);
        if (!functions().some((fn) => fn.arn === arn)) {
          throw new Error(`there is no function ${functionArn}`);
        }
        this.asynchronous.accept(arn, event);
      },
      putEvent: async (busArn, entry) => this.eventBridge.putTo(busArn, entry),
    };
    this.asynchronous = new AsynchronousInvocations({ functions, invoke, targets, permits, wait, now, log });
    this.lambda = new LambdaService({ functions, invoke, asynchronous: this.asynchronous });
    this.topics = new Map(
      (blueprint.topics ?? []).map((topic) => [topic.arn, new Topic(topic, { targets, now, log })]),
    );
    this.sns = new SnsService(this.topics);
    const forward = async (busArn: string, event: Parameters<EventBus['accept']>[0]) => {
      const bus = this.buses.get(busArn);
      if (!bus) {
        throw new Error(`there is no event bus ${busArn}`);
      }
      bus.accept(event, true);
    };
    const { rules = [], eventBuses = [] } = blueprint;
    const busArns = new Set([...eventBuses.map(({ arn }) => arn), ...rules.map(({ busArn }) => busArn)]);
    this.buses = new Map(
      [...busArns].map((arn) => {
        const own = rules.filter(({ busArn }) => busArn === arn);
        return [arn, new EventBus(own, { targets, forward, permits, now, log })];
      }),
    );
    this.eventBridge = new EventBridgeService({ buses: this.buses, now, log });
  }

  /** Uses new settings of functions for further invocations. */
  reload(functions: readonly FunctionBlueprint[]): void {
    this.functions = functions;
  }

  /** Ends all waits. Resolves when nothing is being delivered. */
  async close(): Promise<void> {
    await this.drained();
    await this.asynchronous.close();
    // What the last invocations have sent to destinations.
    await this.drained();
  }

  private async drained(): Promise<void> {
    await Promise.all([...this.buses.values(), ...this.topics.values()].map((sender) => sender.drained()));
  }
}

/** The ARN of a function without its version or alias. */
function unqualified(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}
