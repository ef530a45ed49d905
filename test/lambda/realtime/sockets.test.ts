import fc from 'fast-check';
import { DynamoConnectionOpener } from '../../../lambda/adapters/connection-opener';
import { AdmissionTable } from '../../../lambda/adapters/admission-table';
import { SubscriptionTable } from '../../../lambda/adapters/subscription-table';
import { Table } from '../../../lambda/adapters/table';
import type { Opened } from '../../../lambda/realtime/ports';
import type { Principal } from '../../../lambda/realtime/principal';
import { type OpenSocket, Sockets } from '../../../lambda/realtime/sockets';
import { ticketFor } from '../../../lambda/realtime/tickets';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

const FRAMES = { perSecond: 10, burst: 5 };

class FakeSocket implements OpenSocket {
  closed = 0;
  fullAt: number;
  readonly principal: Principal;

  constructor({ principal, fullAt }: Pick<Opened, 'principal' | 'fullAt'>) {
    this.principal = principal;
    this.fullAt = fullAt;
  }

  send(): void {
    return undefined;
  }

  restart(): void {
    this.closed += 1;
  }

  closeAfterAnswer(): void {
    this.closed += 1;
  }
}

/** Topics whose confirmation a test decides. */
class FakeTopics {
  readonly subscribers = new Map<string, Set<unknown>>();
  confirm = async (names: readonly string[]): Promise<ReadonlySet<string>> => new Set(names);

  add(name: string, subscriber: unknown): void {
    this.subscribers.set(name, (this.subscribers.get(name) ?? new Set()).add(subscriber));
  }

  remove(name: string, subscriber: unknown): void {
    this.subscribers.get(name)?.delete(subscriber);
  }

  uncounted(name: string): number {
    return name === 'ahead' ? 2 : name === 'behind' ? -5 : 0;
  }

  of(subscriber: unknown): string[] {
    return [...this.subscribers].filter(([, all]) => all.has(subscriber)).map(([name]) => name);
  }
}

function principalAt(clock: ManualClock): Principal {
  const seconds = Math.floor(clock.now() / 1000);
  return {
    subject: 'alice',
    tenant: 'acme',
    scopes: ['topics:read'],
    issuedAt: seconds - 60,
    expiresAt: seconds + 600,
  };
}

function setUp() {
  const clock = new ManualClock();
  const topics = new FakeTopics();
  const presence = async () => ({ subscribers: 3, exact: true });
  const lease = { held: true };
  const sockets = new Sockets({ topics, table: { presence }, frames: FRAMES, clock, held: () => lease.held });
  const connection = { id: 'task.1', connectedAt: clock.now() };
  const socket = new FakeSocket({ principal: principalAt(clock), fullAt: 0 });
  sockets.add(connection, socket);
  return { clock, topics, sockets, connection, socket, lease };
}

/** @returns a function that confirms what waits, and the confirmation to use in the topics */
function held(confirmed: (names: readonly string[]) => readonly string[] = (names) => names) {
  const waiting: (() => void)[] = [];
  const confirm = (names: readonly string[]) =>
    new Promise<ReadonlySet<string>>((resolve) => waiting.push(() => resolve(new Set(confirmed(names)))));
  return { confirm, release: () => waiting.splice(0).forEach((each) => each()) };
}

test('no frame is accepted after the lease is lost, because a logout finds no connection to close', async () => {
  const { sockets, connection, lease } = setUp();
  lease.held = false;
  expect(await sockets.accept(connection)).toBe('not_connected');
});

describe('a subscription of a socket', () => {
  it('is added before it is confirmed, and has the id of its frame', async () => {
    const { topics, sockets, connection, socket } = setUp();
    const { confirm, release } = held();
    topics.confirm = confirm;
    const subscribing = sockets.subscribe(connection, ['a', 'b'], '1-x');
    expect(topics.of(socket)).toEqual(['a', 'b']);
    release();
    expect(await subscribing).toEqual(
      new Map([
        ['a', { subscription: '1-x' }],
        ['b', { subscription: '1-x' }],
      ]),
    );
  });

  it('that is not confirmed is unavailable and removed, and others of its frame are not', async () => {
    const { topics, sockets, connection, socket } = setUp();
    topics.confirm = async () => new Set(['a']);
    const outcomes = await sockets.subscribe(connection, ['a', 'b'], '1-x');
    expect(outcomes).toEqual(
      new Map<string, unknown>([
        ['a', { subscription: '1-x' }],
        ['b', 'unavailable'],
      ]),
    );
    expect(topics.of(socket)).toEqual(['a']);
  });

  it('that is not confirmed is kept for a later frame that is being confirmed', async () => {
    const { topics, sockets, connection, socket } = setUp();
    const refused = held(() => []);
    const confirmed = held();
    topics.confirm = refused.confirm;
    const first = sockets.subscribe(connection, ['a'], '1-x');
    topics.confirm = confirmed.confirm;
    const second = sockets.subscribe(connection, ['a'], '2-x');
    refused.release();
    expect(await first).toEqual(new Map([['a', 'unavailable']]));
    confirmed.release();
    expect(await second).toEqual(new Map([['a', { subscription: '2-x' }]]));
    expect(topics.of(socket)).toEqual(['a']);
  });

  it('keeps the id of a later frame if an earlier one is late', async () => {
    const { sockets, connection } = setUp();
    await sockets.subscribe(connection, ['a'], '2-x');
    expect(await sockets.subscribe(connection, ['a'], '1-x')).toEqual(new Map([['a', { subscription: '2-x' }]]));
    expect(await sockets.subscribe(connection, ['a'], '3-x')).toEqual(new Map([['a', { subscription: '3-x' }]]));
  });

  it('ends by its own id only, or without an id', async () => {
    const { topics, sockets, connection, socket } = setUp();
    await sockets.subscribe(connection, ['a'], '1-x');
    await sockets.subscribe(connection, ['a'], '2-x');
    await sockets.unsubscribe(connection, 'a', '1-x');
    expect(topics.of(socket)).toEqual(['a']);
    await sockets.unsubscribe(connection, 'a', '2-x');
    expect(topics.of(socket)).toEqual([]);
    await sockets.subscribe(connection, ['a'], '3-x');
    await sockets.unsubscribe(connection, 'a');
    expect(topics.of(socket)).toEqual([]);
    await sockets.unsubscribe(connection, 'other');
    await sockets.unsubscribe({ id: 'task.9', connectedAt: 0 }, 'a');
  });

  it('that ended while it was being confirmed is not reported as active', async () => {
    const { topics, sockets, connection, socket } = setUp();
    const { confirm, release } = held();
    topics.confirm = confirm;
    const subscribing = sockets.subscribe(connection, ['a'], '1-x');
    await sockets.unsubscribe(connection, 'a');
    release();
    expect(await subscribing).toEqual(new Map([['a', 'unavailable']]));
    expect(topics.of(socket)).toEqual([]);
  });

  it('leaves nothing behind if the socket closes while it is being confirmed', async () => {
    const { topics, sockets, connection, socket } = setUp();
    const { confirm, release } = held();
    topics.confirm = confirm;
    const subscribing = sockets.subscribe(connection, ['a'], '1-x');
    sockets.remove(connection);
    release();
    expect(await subscribing).toBe('not_connected');
    expect(topics.of(socket)).toEqual([]);
    expect(sockets.size).toBe(0);
  });

  it('of a socket that is not open is refused', async () => {
    const { topics, sockets } = setUp();
    const other = { id: 'task.9', connectedAt: 0 };
    expect(await sockets.subscribe(other, ['a'], '1-x')).toBe('not_connected');
    expect(await sockets.accept(other)).toBe('not_connected');
    expect(topics.subscribers.size).toBe(0);
  });

  it('is refused above 100 for each socket, also across concurrent frames, until another one ends', async () => {
    const { topics, sockets, connection, socket } = setUp();
    const names = (from: number, count: number) => Array.from({ length: count }, (_, index) => `t${from + index}`);
    const frames = [names(0, 60), names(50, 60)];
    const [first, second] = await Promise.all(frames.map((frame) => sockets.subscribe(connection, frame, '1-x')));
    const limited = [...(second as Map<string, unknown>)].filter(([, outcome]) => outcome === 'subscription_limit');
    expect([...(first as Map<string, unknown>).values()]).not.toContain('subscription_limit');
    expect(limited.map(([name]) => name)).toEqual(names(100, 10));
    expect(topics.of(socket)).toHaveLength(100);
    await sockets.unsubscribe(connection, 't0');
    expect(await sockets.subscribe(connection, ['t100', 't101', 't1'], '2-x')).toEqual(
      new Map<string, unknown>([
        ['t100', { subscription: '2-x' }],
        ['t101', 'subscription_limit'],
        ['t1', { subscription: '2-x' }],
      ]),
    );
  });

  it('ends with its socket, and those of other sockets stay', async () => {
    const { clock, topics, sockets, connection, socket } = setUp();
    const other = new FakeSocket({ principal: principalAt(clock), fullAt: 0 });
    sockets.add({ id: 'task.2', connectedAt: 0 }, other);
    await sockets.subscribe(connection, ['a'], '1-x');
    await sockets.subscribe({ id: 'task.2', connectedAt: 0 }, ['a'], '1-x');
    sockets.remove(connection);
    sockets.remove(connection);
    expect([topics.of(socket), topics.of(other)]).toEqual([[], ['a']]);
    expect(sockets.all).toEqual([other]);
  });
});

describe('a socket', () => {
  it('is authorized until exactly the end of its authorization', async () => {
    const { clock, sockets, connection, socket } = setUp();
    clock.advance(socket.principal.expiresAt * 1000 - clock.now() - 1);
    expect(await sockets.accept(connection)).toEqual(socket.principal);
    clock.advance(1);
    expect(await sockets.accept(connection)).toBe('unauthorized');
  });

  it('is closed by its id after its answers', async () => {
    const { sockets, connection, socket } = setUp();
    await sockets.close(connection);
    await sockets.close({ id: 'task.9', connectedAt: 0 });
    expect(socket.closed).toBe(1);
  });

  it('sees a presence with the changes on this task that the table does not count yet, and never a negative one', async () => {
    const { sockets } = setUp();
    expect(await sockets.presence('room')).toEqual({ subscribers: 3, exact: true });
    expect(await sockets.presence('ahead')).toEqual({ subscribers: 5, exact: true });
    expect(await sockets.presence('behind')).toEqual({ subscribers: 0, exact: true });
  });

  it('has the same rate limit as a connection of the API, for any sequence of frames', async () => {
    const frame = fc.record({ wait: fc.integer({ min: 0, max: 700 }), cost: fc.integer({ min: 1, max: 12 }) });
    const frames = fc.array(frame, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(frames, fc.boolean(), async (sequence, startsEmpty) => {
        const { clock, sockets, table, connection } = await bothOpened(startsEmpty);
        for (const { wait, cost } of sequence) {
          clock.advance(wait);
          expect(await sockets.accept(connection, cost)).toEqual(await table.accept(connection, cost));
        }
      }),
      { numRuns: 50 },
    );
  });
});

/** Opens a connection in a table and the same one as a socket. */
async function bothOpened(startsEmpty: boolean) {
  const clock = new ManualClock();
  const dynamo = new MemoryDynamoDB({ tables: ['connections', 'admission'] });
  const admission = new Table(dynamo, 'admission', clock);
  const table = new SubscriptionTable(new Table(dynamo, 'connections', clock), clock, FRAMES);
  const tickets = new AdmissionTable(admission, clock, { perSecond: 10, burst: 5 });
  const opener = new DynamoConnectionOpener({
    connections: table,
    admission: { table: admission, name: 'admission' },
    connectionsPerSubject: 3,
    frames: FRAMES,
    clock,
  });
  const principal = principalAt(clock);
  // The first tickets of a subject open connections with a full bucket.
  for (let ticket = 0; startsEmpty && ticket < 50; ticket++) {
    await tickets.mint(`spent${ticket}`, ticketFor(principal, '', clock.now()));
  }
  await tickets.mint('hash', ticketFor(principal, '', clock.now()));
  const connection = { id: 'c1', connectedAt: clock.now() };
  const opened = await opener.open(connection, 'hash', ['']);
  if (opened === 'unauthorized') {
    throw new Error('the ticket is good');
  }
  expect(opened.fullAt > clock.now()).toBe(startsEmpty);
  const sockets = new Sockets({
    topics: new FakeTopics(),
    table: { presence: async () => ({ subscribers: 0, exact: true }) },
    frames: FRAMES,
    clock,
    held: () => true,
  });
  sockets.add(connection, new FakeSocket(opened));
  return { clock, sockets, table, connection };
}
