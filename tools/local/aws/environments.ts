import type { Blueprint } from '../blueprint';
import { type Environment, type EnvironmentOptions, openEnvironment } from './environment';
import type { QueueContents, TableContents } from './contents';
import type { Call, Service } from './service';

type Shared = Omit<EnvironmentOptions, 'region' | 'accountId' | 'tables' | 'queues'>;

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/**
 * The services of each account and Region. Tables and queues of one name in two Regions are different, as on AWS. A Region that the app
 * does not use is empty.
 */
export class Environments {
  private readonly opened = new Map<string, Promise<Environment>>();

  private constructor(
    private readonly blueprint: Pick<Blueprint, 'tables' | 'queues'>,
    private readonly options: Shared,
  ) {}

  static async open(blueprint: Pick<Blueprint, 'tables' | 'queues'>, options: Shared): Promise<Environments> {
    const environments = new Environments(blueprint, options);
    try {
      for (const place of [...blueprint.tables, ...blueprint.queues]) {
        await environments.at(place);
      }
    } catch (error) {
      await environments.close();
      throw error;
    }
    return environments;
  }

  /** A service that answers each call in the account and Region of the call; a call to a queue in the account of its URL. */
  service(name: 'dynamoDB' | 'streams' | 'sqs', denied: Service['denied']): Service {
    const opened = new Set<Service>();
    return {
      denied,
      answer: async (operation, input, call) => {
        const service = (await this.at({ region: call.region, accountId: accountOf(input, call) }))[name];
        opened.add(service);
        return service.answer(operation, input, call);
      },
      endWaits() {
        for (const service of opened) {
          service.endWaits?.();
        }
      },
    };
  }

  /** @returns the first items of a table, or messages of a queue; undefined if no table or queue has the ARN */
  async contents(arn: string, limit: number): Promise<TableContents | QueueContents | undefined> {
    const place = [...this.blueprint.tables, ...this.blueprint.queues].find((one) => one.arn === arn);
    return place && (await this.at(place)).contents(arn, limit);
  }

  /** Sends a message to a queue for a service of AWS. Rejects as SendMessage does. @param input as of SendMessage */
  async send(queueArn: string, input: Record<string, unknown>): Promise<void> {
    const [, , , region = '', accountId = ''] = queueArn.split(':');
    await (await this.at({ region, accountId })).sqs.send(queueArn, input);
  }

  /** Deletes what has expired in each account and Region. */
  async sweep(): Promise<void> {
    await Promise.all((await Promise.all(this.opened.values())).map((environment) => environment.sweep()));
  }

  async close(): Promise<void> {
    const outcomes = await Promise.allSettled(this.opened.values());
    await Promise.all(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.close() : undefined)));
  }

  private at({ accountId, region }: Place): Promise<Environment> {
    const key = `${accountId}/${region}`;
    const existing = this.opened.get(key);
    if (existing) {
      return existing;
    }
    const isHere = (place: Place) => place.accountId === accountId && place.region === region;
    const tables = this.blueprint.tables.filter(isHere);
    const queues = this.blueprint.queues.filter(isHere);
    const { data, ...shared } = this.options;
    const isUsed = tables.length > 0 || queues.length > 0;
    const environment = openEnvironment({
      ...{ ...shared, accountId, region, tables, queues },
      ...(isUsed && data !== undefined && { data }),
    });
    this.opened.set(key, environment);
    return environment;
  }
}

/** The account of the queue in an input of SQS; the caller's account for every other input. */
function accountOf({ QueueUrl, QueueOwnerAWSAccountId }: Record<string, unknown>, { accountId }: Call): string {
  const [, ofUrl] = /\/(\d{12})\/[^/]+$/.exec(String(QueueUrl)) ?? [];
  return ofUrl ?? (typeof QueueOwnerAWSAccountId === 'string' ? QueueOwnerAWSAccountId : accountId);
}
