import { partitionOf } from '../../partition';
import type { Log } from '../../log-line';
import { Failure } from '../failure';
import type { Call, Service } from '../service';
import { type EntryError, type EventBridgeEvent, eventOf, sizeOf } from './event';
import type { EventBus } from './event-bus';

type Input = Readonly<Record<string, unknown>>;

/** Quotas of PutEvents: entries, and bytes of all entries. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

interface Options {
  /** By ARN. */
  readonly buses: ReadonlyMap<string, EventBus>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** The API of EventBridge: PutEvents. The template defines buses and rules; every account and Region has the bus `default`. */
export class EventBridgeService implements Service {
  constructor(private readonly options: Options) {}

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    if (operation !== 'PutEvents') {
      throw failure('UnknownOperationException', `${operation} does not run here`);
    }
    const entries = entriesOf(input.Entries);
    const arns = entries.map(({ EventBusName }) => busArnOf(EventBusName, call));
    for (const resource of new Set(arns)) {
      await call.permit({ action: 'events:PutEvents', resource });
    }
    const Entries = entries.map((entry, index) => this.put(arns[index] ?? '', entry, call));
    return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
  }

  denied = (message: string): Failure => failure('AccessDeniedException', message);

  /** Puts an event of a service of AWS on a bus. Throws for an entry that is not valid. */
  putTo(busArn: string, entry: Input): void {
    const [, , , region = '', accountId = ''] = busArn.split(':');
    const event = eventOf(entry, { region, accountId }, this.options.now());
    if ('ErrorCode' in event) {
      throw new Error(event.ErrorMessage);
    }
    this.accept(busArn, event);
  }

  private put(busArn: string, entry: Input, call: Call): { EventId: string } | EntryError {
    if (String(entry.Source).startsWith('aws.')) {
      return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
    }
    const event = eventOf(entry, call, this.options.now());
    if ('ErrorCode' in event) {
      return event;
    }
    this.accept(busArn, event);
    return { EventId: event.id };
  }

  /** An event for a bus that does not exist is dropped, as on AWS, and logged. */
  private accept(busArn: string, event: EventBridgeEvent): void {
    const bus = this.options.buses.get(busArn);
    if (bus) {
      bus.accept(event);
    } else if (!busArn.endsWith(':event-bus/default')) {
      const text = `PutEvents: an event of ${event.source} is dropped, because there is no event bus ${busArn}`;
      this.options.log({ process: 'aws', level: 'warn', text });
    }
  }
}

/** @param name a name or an ARN. @default 'default' */
function busArnOf(name: unknown, { region, accountId }: Call): string {
  const text = typeof name === 'string' && name !== '' ? name : 'default';
  return text.startsWith('arn:')
    ? text
    : `arn:${partitionOf(region).name}:events:${region}:${accountId}:event-bus/${text}`;
}

function entriesOf(Entries: unknown): readonly Input[] {
  const entries = Array.isArray(Entries) ? (Entries as readonly Input[]) : [];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    const bound = entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ENTRIES}`;
    throw failure(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_BYTES) {
    throw failure('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return entries;
}

function failure(type: string, message: string): Failure {
  return new Failure(type, message);
}
