import type {
  RateLimits,
  Clock,
  CloseRequests,
  Connection,
  Connections,
  ConnectionOpener,
  Shard,
  TicketIssuer,
} from '../../lambda/realtime/ports';
import type { Principal } from '../../lambda/realtime/principal';
import { CLOCK_TOLERANCE } from '../../lambda/realtime/revocation';
import { ticketFor } from '../../lambda/realtime/tickets';
import { ManualClock } from '../support/memory/clock';

const ORIGIN = 'https://app.example.com';

/** Limits of a subject in the tests. */
export const LIMITS = { requests: { perSecond: 10, burst: 5 }, frames: { perSecond: 10, burst: 5 }, connections: 3 };

/** Ticket issuer, with the connection opener and the connection table that use the same storage. */
export interface OpenAdmission {
  readonly ticketIssuer: TicketIssuer & RateLimits & CloseRequests;
  readonly connectionOpener: ConnectionOpener;
  readonly connections: Connections;
}

/**
 * Contract of every implementation of admission.
 *
 * @param open creates one with a clock and {@link LIMITS}. Implementations can share their storage, because each test
 * uses its own subjects.
 */
export function describeAdmission(open: (clock: Clock) => OpenAdmission): void {
  let count = 0;
  const setUp = () => {
    count += 1;
    const clock = new ManualClock();
    const seconds = clock.now() / 1000;
    const principal: Principal = {
      subject: `subject${process.pid}.${count}`,
      tenant: 'acme',
      scopes: ['topics:read'],
      issuedAt: seconds - 60,
      expiresAt: seconds + 600,
    };
    let connected = 0;
    const newConnection = (): Connection => ({ id: `c${count}.${++connected}=`, connectedAt: clock.now() });
    let minted = 0;
    const { ticketIssuer, ...rest } = open(clock);
    const mint = async (holder = principal, origin = ORIGIN) => {
      const hash = `hash${process.pid}.${count}.${++minted}`;
      expect(await ticketIssuer.mint(hash, ticketFor(holder, origin, clock.now()))).toBe('minted');
      return hash;
    };
    const opened = async (holder = principal) => {
      const connection = newConnection();
      expect(await rest.connectionOpener.open(connection, await mint(holder), [ORIGIN])).toMatchObject({
        principal: expect.anything(),
      });
      return connection;
    };
    const idsOf = async (holder: Principal) => idsIn(...(await rest.connections.connectionsOf(holder)));
    return { clock, principal, newConnection, ticketIssuer, mint, opened, idsOf, ...rest };
  };

  describe('a ticket', () => {
    it('opens a connection for its principal, once', async () => {
      const { connectionOpener, connections, principal, newConnection, mint } = setUp();
      const hash = await mint();
      const [first, second] = [newConnection(), newConnection()];
      expect(await connectionOpener.open(first, hash, [ORIGIN])).toMatchObject({ principal: expect.anything() });
      expect(await connections.accept(first)).toEqual(principal);
      expect(await connectionOpener.open(second, hash, [ORIGIN])).toBe('unauthorized');
      expect(await connections.accept(second)).toBe('not_connected');
    });

    it('opens only one of a hundred connections that use it concurrently', async () => {
      const { connectionOpener, newConnection, mint } = setUp();
      const hash = await mint();
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, () => connectionOpener.open(newConnection(), hash, [ORIGIN])),
      );
      expect(outcomes.filter((outcome) => outcome !== 'unauthorized')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'unauthorized')).toHaveLength(99);
    });

    it('that was never issued opens no connection', async () => {
      const { connectionOpener, newConnection } = setUp();
      expect(await connectionOpener.open(newConnection(), 'made-up', [ORIGIN])).toBe('unauthorized');
    });

    it('is valid for less than 30 seconds, even if it is still in the table', async () => {
      const { clock, connectionOpener, newConnection, mint } = setUp();
      const [early, late] = [await mint(), await mint()];
      clock.advance(29_000);
      expect(await connectionOpener.open(newConnection(), early, [ORIGIN])).toMatchObject({
        principal: expect.anything(),
      });
      clock.advance(1000);
      expect(await connectionOpener.open(newConnection(), late, [ORIGIN])).toBe('unauthorized');
    });

    it('expires with the authorization', async () => {
      const { clock, connectionOpener, principal, newConnection, mint } = setUp();
      const hash = await mint({ ...principal, expiresAt: clock.now() / 1000 + 10 });
      clock.advance(10_000);
      expect(await connectionOpener.open(newConnection(), hash, [ORIGIN])).toBe('unauthorized');
    });

    it.each([
      [ORIGIN, ['https://other.example.com']],
      [ORIGIN, ['']],
      [ORIGIN, ['https://other.example.com', '']],
      ['', [ORIGIN]],
      ['', []],
    ])('that was issued to "%s" opens no connection for the origins %j, and can still be used', async (from, to) => {
      const { connectionOpener, principal, newConnection, mint } = setUp();
      const hash = await mint(principal, from);
      expect(await connectionOpener.open(newConnection(), hash, to)).toBe('unauthorized');
      expect(await connectionOpener.open(newConnection(), hash, [from])).toMatchObject({
        principal: expect.anything(),
      });
    });

    it.each([ORIGIN, ''])('that was issued to "%s" opens one connection for several origins with it', async (from) => {
      const { connectionOpener, principal, newConnection, mint } = setUp();
      const hash = await mint(principal, from);
      const open = () => connectionOpener.open(newConnection(), hash, [ORIGIN, '']);
      expect(await open()).toMatchObject({ principal: expect.anything() });
      expect(await open()).toBe('unauthorized');
    });
  });

  describe('the connections of a subject', () => {
    it('are limited: one more takes the place of the one that has sent no frame for the longest time', async () => {
      const { clock, connections, principal, opened, idsOf } = setUp();
      const [first, second, third] = [await opened(), await opened(), await opened()];
      expect(await idsOf(principal)).toEqual(idsIn(first, second, third));
      for (const connection of [second, first, third]) {
        clock.advance(1000);
        await connections.accept(connection);
      }
      const fourth = await opened();
      expect(await idsOf(principal)).toEqual(idsIn(first, third, fourth));
      expect(await connections.accept(second)).toBe('not_connected');
      expect(await connections.accept(first)).toEqual(principal);
      expect(await connections.accept(fourth)).toEqual(principal);
    });

    it('are replaced by later ones also if none has ever sent a frame', async () => {
      const { clock, connections, principal, opened, idsOf } = setUp();
      const first = await opened();
      clock.advance(1000);
      const others = [await opened(), await opened()];
      clock.advance(1000);
      const last = await opened();
      expect(await idsOf(principal)).toEqual(idsIn(...others, last));
      expect(await connections.accept(first)).toBe('not_connected');
    });

    it('free a place when they close', async () => {
      const { connections, principal, opened, idsOf } = setUp();
      const [first, second, third] = [await opened(), await opened(), await opened()];
      await connections.disconnect(second);
      const fourth = await opened();
      expect(await idsOf(principal)).toEqual(idsIn(first, third, fourth));
    });

    it('keep the place that they took over when the previous connection closes late', async () => {
      const { clock, connections, principal, opened, idsOf } = setUp();
      const first = await opened();
      clock.advance(1000);
      const others = [await opened(), await opened(), await opened()];
      await connections.disconnect(first);
      await connections.disconnect(first);
      expect(await idsOf(principal)).toEqual(idsIn(...others));
      expect(await connections.accept(first)).toBe('not_connected');
    });

    it('keep the place of an expired connection that closes late', async () => {
      const { clock, connections, principal, opened, idsOf } = setUp();
      const expired = await Promise.all(
        [1, 2, 3].map(() => opened({ ...principal, expiresAt: clock.now() / 1000 + 10 })),
      );
      clock.advance(10_000);
      const others = [await opened(), await opened(), await opened()];
      for (const connection of expired) {
        await connections.disconnect(connection);
      }
      expect(await idsOf(principal)).toEqual(idsIn(...others));
    });

    it('are limited also if they are opened concurrently', async () => {
      const { connections, principal, opened } = setUp();
      const all = await Promise.all(Array.from({ length: 8 }, () => opened()));
      expect(await connections.connectionsOf(principal)).toHaveLength(LIMITS.connections);
      const accepted = await Promise.all(all.map((connection) => connections.accept(connection)));
      expect(accepted.filter((outcome) => outcome !== 'not_connected')).toHaveLength(LIMITS.connections);
    });

    it('do not count after their authorization has expired', async () => {
      const { clock, connectionOpener, principal, newConnection, mint } = setUp();
      const short = { ...principal, expiresAt: clock.now() / 1000 + 10 };
      for (let index = 0; index < LIMITS.connections; index++) {
        expect(await connectionOpener.open(newConnection(), await mint(short), [ORIGIN])).toMatchObject({
          principal: expect.anything(),
        });
      }
      clock.advance(10_000);
      expect(await connectionOpener.open(newConnection(), await mint(), [ORIGIN])).toMatchObject({
        principal: expect.anything(),
      });
    });

    it('do not count for a subject of the same name in another tenant', async () => {
      const { connectionOpener, connections, principal, newConnection, mint } = setUp();
      const namesake = { ...principal, tenant: 'rival' };
      for (let index = 0; index < LIMITS.connections; index++) {
        await connectionOpener.open(newConnection(), await mint(), [ORIGIN]);
      }
      expect(await connectionOpener.open(newConnection(), await mint(namesake), [ORIGIN])).toMatchObject({
        principal: expect.anything(),
      });
      expect(await connections.connectionsOf(namesake)).toHaveLength(1);
    });
  });

  describe('a connection', () => {
    it('is refused, and not listed as a subscriber, after its authorization has expired', async () => {
      const { clock, connectionOpener, connections, principal, newConnection, mint } = setUp();
      const connection = { ...newConnection(), authorizedUntil: principal.expiresAt };
      await connectionOpener.open(connection, await mint(), [ORIGIN]);
      const topic = `acme/ended.${process.pid}.${count}`;
      expect(await connections.subscribe(connection, [topic])).toEqual(new Map([[topic, { subscription: '' }]]));
      const [shard] = await connections.shards([topic]);
      const { connections: found } = await connections.subscribers(shard as Shard);
      expect(found).toEqual([connection]);
      clock.advance(600_000);
      expect(await connections.accept(connection)).toBe('unauthorized');
      expect(await connections.subscribe(connection, [topic])).toBe('not_connected');
      for (const shard of await connections.shards([topic])) {
        expect(await connections.subscribers(shard)).toEqual({ connections: [] });
      }
    });

    it('can send a burst and then the rate, and otherwise gets retryAfter', async () => {
      const { clock, connectionOpener, connections, principal, newConnection, mint } = setUp();
      const connection = newConnection();
      await connectionOpener.open(connection, await mint(), [ORIGIN]);
      for (let frame = 0; frame < LIMITS.frames.burst; frame++) {
        expect(await connections.accept(connection)).toEqual(principal);
      }
      expect(await connections.accept(connection)).toEqual({ retryAfter: 1, flooding: false });
      clock.advance(200);
      expect(await connections.accept(connection)).toEqual(principal);
      expect(await connections.accept(connection)).toEqual({ retryAfter: 1, flooding: false });
    });

    it('can send fewer frames that cost more', async () => {
      const { clock, connections, principal, opened } = setUp();
      const connection = await opened();
      expect(await connections.accept(connection, 3)).toEqual(principal);
      expect(await connections.accept(connection, 2)).toEqual(principal);
      clock.advance(100);
      expect(await connections.accept(connection, 2)).toEqual({ retryAfter: expect.any(Number), flooding: false });
      clock.advance(400);
      expect(await connections.accept(connection, 2)).toEqual(principal);
    });

    it('can send a frame that costs more than the burst after a pause', async () => {
      const { clock, connections, principal, opened } = setUp();
      const connection = await opened();
      expect(await connections.accept(connection, 100)).toEqual(principal);
      expect(await connections.accept(connection)).toMatchObject({ retryAfter: 1 });
      clock.advance(300);
      expect(await connections.accept(connection, 100)).toMatchObject({ flooding: false });
      clock.advance(800);
      expect(await connections.accept(connection, 100)).toEqual(principal);
    });

    it('is flooding after another burst that is refused, until its client has waited', async () => {
      const { clock, connections, principal, opened } = setUp();
      const connection = await opened();
      const outcomes: unknown[] = [];
      for (let frame = 0; frame < 2 * LIMITS.frames.burst; frame++) {
        outcomes.push(await connections.accept(connection));
      }
      const waits = outcomes.slice(LIMITS.frames.burst);
      expect(waits).toEqual(waits.map(() => ({ retryAfter: 1, flooding: false })));
      expect(await connections.accept(connection)).toEqual({ retryAfter: 1, flooding: true });
      expect(await connections.accept(connection)).toEqual({ retryAfter: 1, flooding: true });
      clock.advance(1000);
      expect(await connections.accept(connection)).toEqual(principal);
    });

    it('pays 1 for each refused frame, whatever the frame costs', async () => {
      const { clock, connections, principal, opened } = setUp();
      const connection = await opened();
      const cost = LIMITS.frames.burst;
      expect(await connections.accept(connection, cost)).toEqual(principal);
      for (let frame = 0; frame < LIMITS.frames.burst; frame++) {
        expect(await connections.accept(connection, cost)).toMatchObject({ flooding: false });
      }
      expect(await connections.accept(connection, cost)).toMatchObject({ flooding: true });
      // 5 tokens owed, and 5 for the frame, at 10 per second.
      clock.advance(1000);
      expect(await connections.accept(connection, cost)).toEqual(principal);
    });

    it('can send a refused frame after retryAfter', async () => {
      const { clock, connections, principal, opened } = setUp();
      const connection = await opened();
      await connections.accept(connection, 4);
      for (const cost of [2, 3, 5]) {
        const refused = await connections.accept(connection, cost);
        clock.advance(1000 * (refused as { retryAfter: number }).retryAfter);
        expect(await connections.accept(connection, cost)).toEqual(principal);
        await connections.accept(connection, 5);
      }
    });

    it('starts without a burst if its subject opens many, so that it can send no more frames by opening them anew', async () => {
      const { clock, connections, opened } = setUp();
      let frames = 0;
      for (let tickets = 0; tickets < 60; tickets++) {
        const connection = await opened();
        while ('subject' in (await accepted(connections, connection))) {
          frames += 1;
        }
        clock.advance(50);
      }
      // 10 connections at once and one in each second start with a burst. All would send 300 frames.
      expect(frames).toBe(12 * LIMITS.frames.burst);
    });

    it('that starts without a burst can send at the rate, and gets retryAfter for more', async () => {
      const { clock, connections, principal, opened } = setUp();
      for (let tickets = 0; tickets < 10; tickets++) {
        await opened();
      }
      const connection = await opened();
      expect(await connections.accept(connection)).toEqual({ retryAfter: 1, flooding: false });
      clock.advance(1000);
      expect(await connections.accept(connection)).toEqual(principal);
    });

    it('can send only a burst of concurrent frames', async () => {
      const { connectionOpener, connections, newConnection, mint } = setUp();
      const connection = newConnection();
      await connectionOpener.open(connection, await mint(), [ORIGIN]);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => connections.accept(connection)));
      expect(outcomes.filter((outcome) => typeof outcome === 'object' && 'subject' in outcome)).toHaveLength(
        LIMITS.frames.burst,
      );
    });
  });

  describe('a logout', () => {
    it('refuses tickets for tokens issued up to the logout, but not for later ones', async () => {
      const { clock, ticketIssuer, principal, mint } = setUp();
      clock.advance(100);
      await ticketIssuer.revoke(principal);
      const ticket = (issuedAt: number) => ticketFor({ ...principal, issuedAt }, ORIGIN, clock.now());
      const now = clock.now() / 1000;
      expect(await ticketIssuer.mint(`${principal.subject}.old`, ticket(principal.issuedAt))).toBe('revoked');
      expect(await ticketIssuer.mint(`${principal.subject}.same`, ticket(now))).toBe('revoked');
      expect(await ticketIssuer.mint(`${principal.subject}.ahead`, ticket(now + CLOCK_TOLERANCE))).toBe('revoked');
      await mint({ ...principal, issuedAt: Math.ceil(now) + CLOCK_TOLERANCE + 1 });
    });

    it('with a token that is refused already changes nothing, so that it cannot close the connections of the next login', async () => {
      const { clock, ticketIssuer, principal, mint } = setUp();
      await ticketIssuer.revoke(principal);
      clock.advance(60_000);
      const next = { ...principal, issuedAt: clock.now() / 1000 };
      clock.advance(60_000);
      await ticketIssuer.revoke(principal);
      await mint(next);
      await ticketIssuer.revoke(next);
      expect(await ticketIssuer.mint(`${principal.subject}.next`, ticketFor(next, ORIGIN, clock.now()))).toBe(
        'revoked',
      );
    });

    it('invalidates tickets that were issued before', async () => {
      const { connectionOpener, ticketIssuer, principal, newConnection, mint } = setUp();
      const hash = await mint();
      await ticketIssuer.revoke(principal);
      expect(await connectionOpener.open(newConnection(), hash, [ORIGIN])).toBe('unauthorized');
    });

    it('affects only one subject of one tenant', async () => {
      const { ticketIssuer, principal, mint } = setUp();
      await ticketIssuer.revoke(principal);
      await mint({ ...principal, tenant: 'rival' });
      await mint({ ...principal, subject: `${principal.subject}.other` });
    });
  });

  describe('a rate limit', () => {
    it('allows a burst and then the rate, and otherwise returns retryAfter', async () => {
      const { clock, ticketIssuer, principal } = setUp();
      for (let request = 0; request < LIMITS.requests.burst; request++) {
        expect(await ticketIssuer.spend(principal)).toBe('spent');
      }
      expect(await ticketIssuer.spend(principal)).toEqual({ retryAfter: 1 });
      clock.advance(100);
      expect(await ticketIssuer.spend(principal)).toBe('spent');
    });

    it('counts the cost of a request, and allows any request after a pause', async () => {
      const { clock, ticketIssuer, principal } = setUp();
      expect(await ticketIssuer.spend(principal, LIMITS.requests.burst - 1)).toBe('spent');
      expect(await ticketIssuer.spend(principal, 2)).toEqual({ retryAfter: 1 });
      expect(await ticketIssuer.spend(principal)).toBe('spent');
      clock.advance(1000);
      expect(await ticketIssuer.spend(principal, 100)).toBe('spent');
    });

    it('counts every charge also beyond the limit, and a refused request never', async () => {
      const { clock, ticketIssuer, principal } = setUp();
      await ticketIssuer.spend(principal, LIMITS.requests.burst);
      await ticketIssuer.charge(principal, 1);
      await ticketIssuer.charge(principal, 2);
      for (let request = 0; request < 10; request++) {
        expect(await ticketIssuer.spend(principal)).toEqual({ retryAfter: 1 });
      }
      clock.advance(300);
      expect(await ticketIssuer.spend(principal)).toEqual({ retryAfter: 1 });
      clock.advance(100);
      expect(await ticketIssuer.spend(principal)).toBe('spent');
    });

    it('makes the next request wait for the charges of all requests that were performed at the same time', async () => {
      const { clock, ticketIssuer, principal } = setUp();
      const { burst } = LIMITS.requests;
      await Promise.all(Array.from({ length: burst }, () => ticketIssuer.spend(principal)));
      // Each charge counts as the burst at most.
      await Promise.all(Array.from({ length: 20 }, () => ticketIssuer.charge(principal, 2 * burst)));
      expect(await ticketIssuer.spend(principal)).toEqual({ retryAfter: 11 });
      clock.advance(10_000);
      expect(await ticketIssuer.spend(principal)).toEqual({ retryAfter: 1 });
      clock.advance(100);
      expect(await ticketIssuer.spend(principal)).toBe('spent');
    });

    it('counts a charge of a subject that has made no request', async () => {
      const { ticketIssuer, principal } = setUp();
      await ticketIssuer.charge(principal, LIMITS.requests.burst);
      expect(await ticketIssuer.spend(principal)).toEqual({ retryAfter: 1 });
    });

    it('applies to each subject separately', async () => {
      const { ticketIssuer, principal } = setUp();
      await Promise.all(Array.from({ length: 20 }, () => ticketIssuer.spend(principal)));
      expect(await ticketIssuer.spend(principal)).toEqual({ retryAfter: 1 });
      expect(await ticketIssuer.spend({ ...principal, tenant: 'rival' })).toBe('spent');
    });
  });
}

const idsIn = (...connections: readonly Pick<Connection, 'id'>[]): string[] => connections.map(({ id }) => id).sort();

/** @returns the outcome of a frame: the principal, or the refusal */
async function accepted(connections: Connections, connection: Connection): Promise<object> {
  const outcome = await connections.accept(connection);
  return typeof outcome === 'string' ? { refused: outcome } : outcome;
}
